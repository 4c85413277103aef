"""Dining philosophers: each needs the fork on its left and the one on its right (Dijkstra)."""

from __future__ import annotations

from functools import partial
from typing import Any

from kernel_model.constants import IPC_CREAT, SETALL
from kernel_model.programs.asking import Caller
from kernel_model.programs.members import Programs

KEY, MODE = 7, IPC_CREAT | 0o600
COUNT = 3  # philosophers, and forks


async def forks(u: Caller) -> int:
    """A semaphore for each fork."""
    s: int = await u.semget(KEY, COUNT, MODE)
    await u.semctl(s, 0, SETALL, [1] * COUNT)
    return s


async def one_by_one(u: Caller, s: int, seat: int) -> None:
    """Takes the left fork, then the right one: a deadlock, when all have the left one."""
    await u.semop(s, [[seat, -1, 0]])
    await u.semop(s, [[(seat + 1) % COUNT, -1, 0]])
    await u.semop(s, [[seat, 1, 0], [(seat + 1) % COUNT, 1, 0]])


async def both(u: Caller, s: int, seat: int) -> None:
    """Takes both forks in one array, or none."""
    right = (seat + 1) % COUNT
    await u.semop(s, [[seat, -1, 0], [right, -1, 0]])
    await u.semop(s, [[seat, 1, 0], [right, 1, 0]])


async def forks_as_messages(u: Caller) -> int:
    """A message for each fork, whose type says which one it is."""
    q: int = await u.msgget(KEY, MODE)
    for fork in range(COUNT):
        await u.msgsnd(q, fork + 1, "")
    return q


async def messages_one_by_one(u: Caller, q: int, seat: int) -> None:
    """Takes the left fork, then the right one."""
    left, right = seat + 1, (seat + 1) % COUNT + 1
    await u.msgrcv(q, 0, left)
    await u.msgrcv(q, 0, right)
    await u.msgsnd(q, left, "")
    await u.msgsnd(q, right, "")


async def messages_in_order(u: Caller, q: int, seat: int) -> None:
    """Takes the fork of the lower number first, so that no circle can close."""
    first, second = sorted((seat + 1, (seat + 1) % COUNT + 1))
    await u.msgrcv(q, 0, first)
    await u.msgrcv(q, 0, second)
    await u.msgsnd(q, first, "")
    await u.msgsnd(q, second, "")


def dinner(start: Any, program: Any, count: int = COUNT) -> Programs:
    """A philosopher for each seat."""
    return Programs(start, {f"P{seat}": partial(program, seat=seat) for seat in range(count)})


BY = {
    "message queue": dinner(forks_as_messages, messages_in_order),
    "semaphore": dinner(forks, both),
}
CIRCLES = {
    "message queue": dinner(forks_as_messages, messages_one_by_one),
    "semaphore": dinner(forks, one_by_one),
}
