"""Semaphores that let processes sleep: P, V and CP (Bach 12.3.2, Figures 12.8 to 12.10).

A semaphore is a value, a lock for a few steps and a queue of those asleep, first in, first out. A
value below zero says how many of them there are. Pprim and Vprim are one step here: that a lock of
plain memory does the same is shown elsewhere.
"""

from typing import Any

from kernel_model.explore.blocking import Pprim, Vprim, enqueue, swtch, wakeup_one
from kernel_model.explore.cells import Shared
from kernel_model.explore.operations import load, store


def semaphore(value: int) -> Shared:
    """Gives the cells of a semaphore of that value, which nobody holds and nobody waits for.

    Shared(name=0, queue=()) makes a cell `name` and a cell `queue` that is an empty sleep queue.
    (Bach 12.3.2)
    """
    return Shared(value=value, lock=0, queue=())


async def P(sem: Any) -> None:
    """Takes one of the semaphore `sem`; where there is none, sleeps until there is.

    (Bach 12.3.2)
    """
    #: take the lock
    await Pprim(sem.lock)
    #: one less
    value = await load(sem.value) - 1
    await store(sem.value, value)
    if value >= 0:
        #: there was one: give the lock back
        await Vprim(sem.lock)
        return
    #: there was none: stand in the queue
    await enqueue(sem.queue)
    #: give the lock back
    await Vprim(sem.lock)
    #: sleep until woken
    await swtch(sem.queue)


async def V(sem: Any) -> None:
    """Gives one to the semaphore `sem`; if somebody sleeps for it, wakes somebody.

    (Bach 12.3.2)
    """
    #: take the lock
    await Pprim(sem.lock)
    #: one more
    value = await load(sem.value) + 1
    await store(sem.value, value)
    if value <= 0:
        #: somebody sleeps: wake the first
        await wakeup_one(sem.queue)
    #: give the lock back
    await Vprim(sem.lock)


async def CP(sem: Any) -> bool:
    """Takes one of the semaphore `sem` if there is one, and gives whether there was.

    It never sleeps. (Bach 12.3.2)
    """
    #: take the lock
    await Pprim(sem.lock)
    #: is there one? then one less
    value: int = await load(sem.value)
    if value > 0:
        await store(sem.value, value - 1)
    #: give the lock back
    await Vprim(sem.lock)
    return value > 0
