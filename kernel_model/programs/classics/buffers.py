"""Producer and consumer with room for two: a queue, or a ring in shared memory that is guarded.

A queue is a buffer, and the kernel keeps order and room. In shared memory a program does that.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from kernel_model.constants import IPC_CREAT, SETVAL
from kernel_model.programs.asking import WORD, Caller
from kernel_model.programs.members import Programs

KEY, MODE = 7, IPC_CREAT | 0o600
ITEMS = [1, 2, 3]
ROOM = 2  # items in the buffer
EMPTY, FULL = 0, 1  # semaphores: places that are free, places that are taken
PAGE = 4096
COUNT = WORD * ROOM  # where the segment holds how many items there are; before it, the ring
MUTEX, ROOMY, READY = 256, 320, 384  # a mutex and two conditions


async def small_queue(u: Caller) -> int:
    """A queue; the kernel's limit lets it hold two bytes."""
    q: int = await u.msgget(KEY, MODE)
    return q


async def send(u: Caller, q: int) -> None:
    """The producer."""
    for item in ITEMS:
        await u.msgsnd(q, 1, str(item))


async def receive(u: Caller, q: int) -> list[int]:
    """The consumer."""
    got = []
    for _ in ITEMS:
        await u.msgrcv(q, 9, 0)
        got.append(int(u.out["data"]))
    return got


async def ring(u: Caller) -> tuple[int, int]:
    """A segment for the items, and semaphores that count free places and items."""
    m = await u.shmget(KEY, PAGE, MODE)
    s = await u.semget(KEY, 2, MODE)
    await u.semctl(s, EMPTY, SETVAL, ROOM)
    return m, s


async def put(u: Caller, m: int, s: int) -> None:
    """The producer."""
    at = await u.shmat(m, None, 0)
    for n, item in enumerate(ITEMS):
        await u.semop(s, [[EMPTY, -1, 0]])
        await u.store(at + WORD * (n % ROOM), item)
        await u.semop(s, [[FULL, 1, 0]])


async def get(u: Caller, m: int, s: int) -> list[int]:
    """The consumer."""
    at = await u.shmat(m, None, 0)
    got = []
    for n in range(len(ITEMS)):
        await u.semop(s, [[FULL, -1, 0]])
        got.append(await u.load(at + WORD * (n % ROOM)))
        await u.semop(s, [[EMPTY, 1, 0]])
    return got


async def guarded_ring(u: Caller) -> int:
    """A segment for the items and their number, with a mutex and two conditions in it."""
    m: int = await u.shmget(KEY, PAGE, MODE)
    at = await u.shmat(m, None, 0)
    await u.pthread_mutex_init(at + MUTEX, 0, 0, 1)
    await u.pthread_cond_init(at + ROOMY, 1)
    await u.pthread_cond_init(at + READY, 1)
    return m


async def put_guarded(u: Caller, m: int, items: int = 3, room: int = ROOM) -> None:
    """The producer."""
    at = await u.shmat(m, None, 0)
    for n in range(items):
        await u.pthread_mutex_lock(at + MUTEX)
        while (count := await u.load(at + COUNT)) == room:
            await u.pthread_cond_wait(at + ROOMY, at + MUTEX)
        await u.store(at + WORD * (n % room), n + 1)
        await u.store(at + COUNT, count + 1)
        await u.pthread_cond_signal(at + READY)
        await u.pthread_mutex_unlock(at + MUTEX)


async def get_guarded(u: Caller, m: int, items: int = 3, room: int = ROOM) -> list[int]:
    """The consumer."""
    at = await u.shmat(m, None, 0)
    got = []
    for n in range(items):
        await u.pthread_mutex_lock(at + MUTEX)
        while (count := await u.load(at + COUNT)) == 0:
            await u.pthread_cond_wait(at + READY, at + MUTEX)
        got.append(await u.load(at + WORD * (n % room)))
        await u.store(at + COUNT, count - 1)
        await u.pthread_cond_signal(at + ROOMY)
        await u.pthread_mutex_unlock(at + MUTEX)
    return got


def in_order(results: dict[str, Any]) -> str:
    """What is wrong with what the consumer got."""
    got: list[int] = results["consumer"]
    made = list(range(1, len(got) + 1))
    return "" if got == made else f"The consumer got {got}, and {made} were produced."


def pair(start: Any, producer: Any, consumer: Any, **given: Any) -> Programs:
    """A producer and a consumer."""
    return Programs(start, {"producer": producer, "consumer": consumer}, in_order, **given)


# Two items, and room for one
FEWER = pair(
    guarded_ring,
    partial(put_guarded, items=2, room=1),
    partial(get_guarded, items=2, room=1),
    personality="linux",
)
BY = {
    "message queue": pair(small_queue, send, receive, limits={"MSGMNB": ROOM}),
    "semaphore": pair(ring, put, get),
    "mutex and condition": pair(guarded_ring, put_guarded, get_guarded, personality="linux"),
}
