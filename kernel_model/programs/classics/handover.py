"""What it costs to hand items over, in crossings: by a queue, by semop, by words of memory."""

from __future__ import annotations

from kernel_model.constants import IPC_CREAT
from kernel_model.kernel import Kernel

KEY, MODE = 7, IPC_CREAT | 0o600
SLOTS = 4  # of the ring that semaphores count
ITEM = b"8 bytes."


def by_queue(items: int) -> int:
    """Through a message queue, which is made first: each item is sent, and received."""
    k = Kernel()
    a, b = k.spawn("a"), k.spawn("b")
    q = a.call("msgget", KEY, MODE).ret
    for _ in range(items):
        a.call("msgsnd", q, 1, ITEM)
        b.call("msgrcv", q, len(ITEM), 0)
    return k.cost.crossings


def by_semop(items: int) -> int:
    """Through a ring in a segment, whose free slots and items two System V semaphores count."""
    k = Kernel()
    a, b = k.spawn("a"), k.spawn("b")
    s = a.call("semget", KEY, 2, MODE).ret
    a.call("semop", s, [[0, SLOTS, 0]])
    start = k.cost
    for _ in range(items):
        for p, number, change in ((a, 0, -1), (a, 1, 1), (b, 1, -1), (b, 0, 1)):
            p.call("semop", s, [[number, change, 0]])
    return (k.cost - start).crossings


def by_words(items: int, sleeps: bool) -> int:
    """The same with two POSIX semaphores in it; `sleeps`: the consumer is always there first."""
    k = Kernel("linux")
    a, b = k.spawn("a"), k.spawn("b")
    m = a.call("shmget", KEY, 4096, MODE).ret
    x, y = a.call("shmat", m, None, 0).ret, b.call("shmat", m, None, 0).ret
    a.call("sem_init", x, 1, SLOTS)
    a.call("sem_init", x + 32, 1, 0)
    put, get = [(a, "sem_wait", x), (a, "sem_post", x + 32)], (b, "sem_wait", y + 32)
    back = (b, "sem_post", y)
    start = k.cost
    for p, name, addr in ([get, *put, back] if sleeps else [*put, get, back]) * items:
        p.call(name, addr)
    return (k.cost - start).crossings
