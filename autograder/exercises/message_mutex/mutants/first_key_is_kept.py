"""Of two keys trylock keeps the first one when the second is not there."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=(1, 2))


async def lock(m):
    await msgrcv(m.queue, 1)
    await msgrcv(m.queue, 2)


async def unlock(m):
    await msgsnd(m.queue, 1)
    await msgsnd(m.queue, 2)


async def trylock(m):
    if await msgrcv(m.queue, 1, IPC_NOWAIT) is None:
        return False
    return await msgrcv(m.queue, 2, IPC_NOWAIT) is not None
