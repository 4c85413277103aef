"""The only message may have any type: whoever receives it does not look."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=(9,))


async def lock(m):
    await msgrcv(m.queue, 0)


async def unlock(m):
    await msgsnd(m.queue, 9)


async def trylock(m):
    got = await msgrcv(m.queue, 0, IPC_NOWAIT)
    return bool(got)
