"""unlock receives what is there first, and so may take another's message away."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=(1,))


async def lock(m):
    await msgrcv(m.queue, -2)


async def unlock(m):
    await msgrcv(m.queue, 0, IPC_NOWAIT)
    await msgsnd(m.queue, 2)


async def trylock(m):
    return await msgrcv(m.queue, 1, IPC_NOWAIT) is not None
