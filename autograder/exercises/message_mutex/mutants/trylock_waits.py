"""trylock sleeps until the mutex is free."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(queue=(1,))


async def lock(m):
    await msgrcv(m.queue, 1)


async def unlock(m):
    await msgsnd(m.queue, 1)


async def trylock(m):
    await msgrcv(m.queue, 1)
    return True
