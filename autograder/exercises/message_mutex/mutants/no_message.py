"""Nobody has put the message into the queue."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=())


async def lock(m):
    await msgrcv(m.queue, 1)


async def unlock(m):
    await msgsnd(m.queue, 1)


async def trylock(m):
    return await msgrcv(m.queue, 1, IPC_NOWAIT) is not None
