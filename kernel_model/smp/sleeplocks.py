"""The lock of a buffer or an inode, for several processors: sleep_lock, sleep_unlock.

On one processor a flag and a sleep in a loop are enough (Bach 2.2.2.2): whoever looks at the flag
is not preempted before it has raised it, or sleeps. Here a lock of a few steps takes the place of
that rule (Bach 12.3.3). Pprim and Vprim are one step each.
"""

from typing import Any

from kernel_model.explore.blocking import Pprim, Vprim, enqueue, swtch, wakeup
from kernel_model.explore.cells import Shared
from kernel_model.explore.operations import load, store


def buffer() -> Shared:
    """Gives the cells of a buffer's lock, which nobody has.

    Shared(name=0, event=()) makes a cell `name` and a cell `event` that is an empty sleep queue.
    (Bach 2.2.2.2, 12.3.3)
    """
    return Shared(locked=0, event=(), lock=0)


async def sleep_lock(buf: Any) -> None:
    """Locks the buffer `buf`; while somebody has it, sleeps.

    (Bach 2.2.2.2, 12.3.3)
    """
    #: take the lock of a few steps: nobody locks or unlocks meanwhile
    await Pprim(buf.lock)
    #: as long as somebody has the buffer: into the queue, let the lock go, sleep, and take it again
    while await load(buf.locked):
        await enqueue(buf.event)
        await Vprim(buf.lock)
        await swtch(buf.event)
        await Pprim(buf.lock)
    #: the buffer is ours
    await store(buf.locked, 1)
    await Vprim(buf.lock)


async def sleep_unlock(buf: Any) -> None:
    """Unlocks the buffer `buf`, so that somebody who sleeps for it can have it.

    (Bach 2.2.2.2, 12.3.3)
    """
    #: take the lock of a few steps
    await Pprim(buf.lock)
    #: the buffer is free: wake everybody
    await store(buf.locked, 0)
    await wakeup(buf.event)
    #: let the lock go
    await Vprim(buf.lock)
