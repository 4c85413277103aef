"""Mutual exclusion of two processes: by a message, a semaphore, a mutex in shared memory."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import IPC_CREAT, SEM_UNDO, SETVAL
from kernel_model.programs.asking import Caller
from kernel_model.programs.members import Programs

KEY, MODE = 7, IPC_CREAT | 0o600
PAGE = 4096  # bytes
MUTEX = 256  # where in the segment it lies; before it there is room for data
SHARED = 1  # PTHREAD_PROCESS_SHARED


async def one_token(u: Caller) -> int:
    """A queue with one message in it."""
    q: int = await u.msgget(KEY, MODE)
    await u.msgsnd(q, 1, "token")
    return q


async def by_message(u: Caller, q: int) -> None:
    """Whoever has the only message is in."""
    for _ in range(2):
        await u.msgrcv(q, 9, 0)
        await u.enter()
        await u.leave()
        await u.msgsnd(q, 1, "token")


async def one_semaphore(u: Caller) -> int:
    """A set of one semaphore, which is 1."""
    s: int = await u.semget(KEY, 1, MODE)
    await u.semctl(s, 0, SETVAL, 1)
    return s


async def by_semaphore(u: Caller, s: int) -> None:
    """Whoever made it 0 is in."""
    for _ in range(2):
        await u.semop(s, [[0, -1, SEM_UNDO]])
        await u.enter()
        await u.leave()
        await u.semop(s, [[0, 1, SEM_UNDO]])


async def one_mutex(u: Caller) -> int:
    """A segment with a mutex in it."""
    m: int = await u.shmget(KEY, PAGE, MODE)
    at = await u.shmat(m, None, 0)
    await u.pthread_mutex_init(at + MUTEX, 0, 0, SHARED)
    return m


async def by_mutex(u: Caller, m: int) -> None:
    """Whoever holds the mutex is in."""
    lock = await u.shmat(m, None, 0) + MUTEX
    for _ in range(2):
        await u.pthread_mutex_lock(lock)
        await u.enter()
        await u.leave()
        await u.pthread_mutex_unlock(lock)


async def one_word(u: Caller) -> int:
    """A segment, of whose first word all is 0."""
    m: int = await u.shmget(KEY, PAGE, MODE)
    await u.shmat(m, None, 0)
    return m


async def by_flag(u: Caller, m: int) -> None:
    """Looks whether the word is 0, and makes it 1: two steps."""
    flag = await u.shmat(m, None, 0)
    while await u.load(flag):
        pass
    await u.store(flag, 1)
    await u.enter()
    await u.leave()
    await u.store(flag, 0)


async def lock_up(u: Caller) -> int:
    """A set of two semaphores, both 1."""
    s: int = await u.semget(KEY, 2, MODE)
    for number in range(2):
        await u.semctl(s, number, SETVAL, 1)
    return s


async def first_0(u: Caller, s: int) -> None:
    """Takes semaphore 0, then semaphore 1."""
    await u.semop(s, [[0, -1, 0]])
    await u.semop(s, [[1, -1, 0]])
    await u.semop(s, [[0, 1, 0], [1, 1, 0]])


async def first_1(u: Caller, s: int) -> None:
    """Takes semaphore 1, then semaphore 0."""
    await u.semop(s, [[1, -1, 0]])
    await u.semop(s, [[0, -1, 0]])
    await u.semop(s, [[0, 1, 0], [1, 1, 0]])


async def both_at_once(u: Caller, s: int) -> None:
    """Takes both in one array: all or nothing."""
    await u.semop(s, [[0, -1, 0], [1, -1, 0]])
    await u.semop(s, [[0, 1, 0], [1, 1, 0]])


def two(start: Any, program: Any, personality: str = "classic") -> Programs:
    """The same program for A and B."""
    return Programs(start, {"A": program, "B": program}, personality=personality)


BY = {
    "message queue": two(one_token, by_message),
    "semaphore": two(one_semaphore, by_semaphore),
    "mutex": two(one_mutex, by_mutex, "linux"),
}
FLAG = two(one_word, by_flag)
TWO_ORDERS = Programs(lock_up, {"A": first_0, "B": first_1})
ONE_ARRAY = two(lock_up, both_at_once)
