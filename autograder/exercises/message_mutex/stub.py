from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    """Gives the queue of a mutex that nobody holds, with the messages that are in it at first.

    Shared(queue=(1, 2)) makes a queue with a message of type 1 and then one of type 2.
    """
    raise NotImplementedError("mutex is not written yet")


async def lock(m):
    """Takes the mutex `m`; sleeps until it can."""
    raise NotImplementedError("lock is not written yet")


async def unlock(m):
    """Gives the mutex `m` back; the process has taken it."""
    raise NotImplementedError("unlock is not written yet")


async def trylock(m):
    """Takes the mutex `m` if nobody holds it, and gives whether it did; never waits for it."""
    raise NotImplementedError("trylock is not written yet")
