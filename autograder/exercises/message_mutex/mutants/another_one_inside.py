"""A second message of another type, which any-type lock takes as well."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=(1, 2))


async def lock(m):
    await msgrcv(m.queue)


async def unlock(m):
    await msgsnd(m.queue, 1)


async def trylock(m):
    return await msgrcv(m.queue, 1, IPC_NOWAIT) is not None
