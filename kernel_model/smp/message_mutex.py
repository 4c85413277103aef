"""Mutual exclusion from a message queue: whoever has its only message is in (Bach 11.2.1)."""

from typing import Any

from kernel_model.constants import IPC_NOWAIT
from kernel_model.explore.cells import Shared
from kernel_model.explore.queues import msgrcv, msgsnd


def mutex() -> Shared:
    """Gives the queue of a mutex that nobody holds, with the messages that are in it at first.

    Shared(queue=(1, 2)) makes a queue with a message of type 1 and then one of type 2.
    """
    return Shared(queue=(1,))


async def lock(m: Any) -> None:
    """Takes the mutex `m`; sleeps until it can."""
    #: receive the only message
    await msgrcv(m.queue, 1)


async def unlock(m: Any) -> None:
    """Gives the mutex `m` back; the process has taken it."""
    #: send it back
    await msgsnd(m.queue, 1)


async def trylock(m: Any) -> bool:
    """Takes the mutex `m` if nobody holds it, and gives whether it did; never waits for it."""
    #: receive the only message if it is there, and say whether it was
    return await msgrcv(m.queue, 1, IPC_NOWAIT) is not None
