"""The semaphores of the textbooks, as a small layer on the kernel's: Init, P (wait), V (signal).

A program calls them with itself in front: `await P(u, s)`. A counting semaphore is 0 or more, a
binary one is 0 or 1.

    P, V                  counting: who finds 0 sleeps
    P, V_binary           binary: V changes nothing where there is 1 already
    P_busy, V             busy waiting: who finds 0 asks again; test and decrement are one step
    P_printed, V_printed  busy waiting as textbooks print it: test and decrement are two steps
"""

from __future__ import annotations

from typing import Any

from kernel_model.constants import GETVAL, IPC_CREAT, IPC_NOWAIT, IPC_PRIVATE, SETVAL
from kernel_model.errno import Errno, KernelError


async def Init(u: Any, value: int, key: int = IPC_PRIVATE) -> int:
    """A new semaphore with this value; gives the descriptor of its set."""
    s: int = await u.semget(key, 1, IPC_CREAT | 0o600)
    await u.semctl(s, 0, SETVAL, value)
    return s


async def P(u: Any, s: int) -> None:
    """Takes one; sleeps until there is one."""
    await u.semop(s, [[0, -1, 0]])


async def V(u: Any, s: int) -> None:
    """Gives one, and wakes whoever sleeps for it."""
    await u.semop(s, [[0, 1, 0]])


async def V_binary(u: Any, s: int) -> None:
    """Makes it 1; where it is 1 already, nothing changes."""
    await without_waiting(u, s, [[0, 0, IPC_NOWAIT], [0, 1, 0]])


async def P_busy(u: Any, s: int) -> None:
    """Takes one; asks again and again until there is one."""
    while not await without_waiting(u, s, [[0, -1, IPC_NOWAIT]]):
        pass


async def P_printed(u: Any, s: int) -> None:
    """As it is printed: `while S <= 0: pass`, then `S = S - 1`; another may come between."""
    while await u.semctl(s, 0, GETVAL) <= 0:
        pass
    await u.semctl(s, 0, SETVAL, await u.semctl(s, 0, GETVAL) - 1)


async def V_printed(u: Any, s: int) -> None:
    """As it is printed: `S = S + 1`, which is two steps as well."""
    await u.semctl(s, 0, SETVAL, await u.semctl(s, 0, GETVAL) + 1)


async def without_waiting(u: Any, s: int, array: list[list[int]]) -> bool:
    """Does the operations; False if they cannot be done now."""
    try:
        await u.semop(s, array)
    except KernelError as error:
        if error.errno is not Errno.EAGAIN:
            raise
        return False
    return True
