"""Two readers and a writer: readers may be in together, a writer only alone."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import IPC_CREAT, SETVAL
from kernel_model.programs.asking import Caller
from kernel_model.programs.members import Programs

KEY, MODE = 7, IPC_CREAT | 0o600
READERS = 2  # how many can be in
PAGE = 4096
INSIDE = 0  # where the segment holds how many readers are in; -1: a writer
MUTEX, CHANGED = 256, 320  # a mutex and a condition


async def tickets(u: Caller) -> int:
    """A queue with a ticket for each reader."""
    q: int = await u.msgget(KEY, MODE)
    for _ in range(READERS):
        await u.msgsnd(q, 1, "t")
    return q


async def read_with_ticket(u: Caller, q: int) -> None:
    """A reader takes one ticket."""
    await u.msgrcv(q, 9, 1)
    await u.enter(shared=True)
    await u.leave()
    await u.msgsnd(q, 1, "t")


async def write_with_all(u: Caller, q: int) -> None:
    """The writer takes every ticket, one after the other; it must be the only one who does."""
    for _ in range(READERS):
        await u.msgrcv(q, 9, 1)
    await u.enter()
    await u.leave()
    for _ in range(READERS):
        await u.msgsnd(q, 1, "t")


async def places(u: Caller) -> int:
    """A semaphore with a place for each reader."""
    s: int = await u.semget(KEY, 1, MODE)
    await u.semctl(s, 0, SETVAL, READERS)
    return s


async def read_in_place(u: Caller, s: int) -> None:
    """A reader takes one place."""
    await u.semop(s, [[0, -1, 0]])
    await u.enter(shared=True)
    await u.leave()
    await u.semop(s, [[0, 1, 0]])


async def write_in_all(u: Caller, s: int) -> None:
    """A writer takes all places at once."""
    await u.semop(s, [[0, -READERS, 0]])
    await u.enter()
    await u.leave()
    await u.semop(s, [[0, READERS, 0]])


async def counted(u: Caller) -> int:
    """A segment with the number of readers, a mutex and a condition."""
    m: int = await u.shmget(KEY, PAGE, MODE)
    at = await u.shmat(m, None, 0)
    await u.pthread_mutex_init(at + MUTEX, 0, 0, 1)
    await u.pthread_cond_init(at + CHANGED, 1)
    return m


async def read_counted(u: Caller, m: int) -> None:
    """A reader waits while a writer is in, and counts itself."""
    at = await u.shmat(m, None, 0)
    await wait_and_add(u, at, 1)
    await u.enter(shared=True)
    await u.leave()
    await add(u, at, -1)


async def write_alone(u: Caller, m: int) -> None:
    """A writer waits while anybody is in."""
    at = await u.shmat(m, None, 0)
    await wait_and_add(u, at, -1)
    await u.enter()
    await u.leave()
    await add(u, at, 1)


async def wait_and_add(u: Caller, at: int, change: int) -> None:
    """Waits until it may go in: a reader while nobody writes, a writer while nobody is in."""
    await u.pthread_mutex_lock(at + MUTEX)
    while (count := await u.load(at + INSIDE)) < 0 or (change < 0 and count):
        await u.pthread_cond_wait(at + CHANGED, at + MUTEX)
    await u.store(at + INSIDE, count + change)
    await u.pthread_mutex_unlock(at + MUTEX)


async def add(u: Caller, at: int, change: int) -> None:
    """Goes out, and wakes all who wait, for each may wait for something else."""
    await u.pthread_mutex_lock(at + MUTEX)
    await u.store(at + INSIDE, await u.load(at + INSIDE) + change)
    await u.pthread_cond_broadcast(at + CHANGED)
    await u.pthread_mutex_unlock(at + MUTEX)


def three(start: Any, reader: Any, writer: Any, personality: str = "classic") -> Programs:
    """Two readers and a writer."""
    members = {"reader1": reader, "reader2": reader, "writer": writer}
    return Programs(start, members, personality=personality)


ONE_READER = Programs(counted, {"reader": read_counted, "writer": write_alone}, personality="linux")
BY = {
    "message queue": three(tickets, read_with_ticket, write_with_all),
    "semaphore": three(places, read_in_place, write_in_all),
    "mutex and condition": three(counted, read_counted, write_alone, "linux"),
}
