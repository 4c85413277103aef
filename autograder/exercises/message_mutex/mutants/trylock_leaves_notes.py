"""trylock that was refused leaves a note of another type; the queue fills up."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=(1,))


async def lock(m):
    await msgrcv(m.queue, 1)


async def unlock(m):
    await msgsnd(m.queue, 1)


async def trylock(m):
    if await msgrcv(m.queue, 1, IPC_NOWAIT) is not None:
        return True
    await msgsnd(m.queue, 5, IPC_NOWAIT)
    return False
