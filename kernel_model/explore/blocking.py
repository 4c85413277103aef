"""Steps of kernel code: semaphores, the lock taken for granted, sleep queues, and marks.

A semaphore is a cell with a number, a lock one with 0 (free) or 1, a sleep queue one that begins
as () and holds the numbers of those asleep. A step that has to wait is not made until it need not.
"""

from __future__ import annotations

from kernel_model.explore.cells import Cell
from kernel_model.explore.operations import (
    ENQUEUE,
    ENTER,
    LEAVE,
    PROGRESS,
    SLEEP,
    SWTCH,
    WAKEUP,
    WAKEUP_ONE,
    Operation,
)


def P(semaphore: Cell) -> Operation:
    """Takes one; waits while there is none."""
    return Operation("P", semaphore)


def V(semaphore: Cell) -> Operation:
    """Gives one, which lets somebody who waits go on: any of them, and whoever comes by."""
    return Operation("V", semaphore)


def CP(semaphore: Cell) -> Operation:
    """Takes one if there is one; gives whether there was, and never waits."""
    return Operation("CP", semaphore)


def Pprim(lock: Cell) -> Operation:
    """A right lock in one step, for code that takes locks for granted; waits while it is held."""
    return Operation("Pprim", lock)


def Vprim(lock: Cell) -> Operation:
    """Lets a lock go that was taken with Pprim; one that is free is an error."""
    return Operation("Vprim", lock)


async def sleep(queue: Cell) -> None:
    """Goes to sleep until woken: one step into the queue, and `swtch`."""
    await Operation(SLEEP, queue)
    await Operation(SWTCH, queue)


def enqueue(queue: Cell) -> Operation:
    """Puts the processor that makes the step at the end of a sleep queue; it runs on."""
    return Operation(ENQUEUE, queue)


def swtch(queue: Cell) -> Operation:
    """Gives the processor away: goes on when it is not, or no longer, in the queue."""
    return Operation(SWTCH, queue)


def wakeup(queue: Cell) -> Operation:
    """Wakes everyone in the queue; gives how many."""
    return Operation(WAKEUP, queue)


def wakeup_one(queue: Cell) -> Operation:
    """Takes the first out of the queue, who can run then; gives its number, or None."""
    return Operation(WAKEUP_ONE, queue)


def enter() -> Operation:
    """Marks that the critical section begins: two processors in it at once are a failure."""
    return Operation(ENTER, None)


def leave() -> Operation:
    """Marks that the critical section ends."""
    return Operation(LEAVE, None)


def progress() -> Operation:
    """Marks that something was achieved: what goes on for ever without it is a livelock."""
    return Operation(PROGRESS, None)
