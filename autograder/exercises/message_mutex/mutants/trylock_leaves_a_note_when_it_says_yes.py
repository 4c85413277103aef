"""trylock notes that the mutex is taken, and notes it twice: one note stays each time."""

from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd


def mutex():
    return Shared(free=(1,), taken=())


async def lock(m):
    await msgrcv(m.free)
    await msgsnd(m.taken, 1)


async def unlock(m):
    await msgrcv(m.taken)
    await msgsnd(m.free, 1)


async def trylock(m):
    if await msgrcv(m.free, 0, IPC_NOWAIT) is None:
        return False
    await msgsnd(m.taken, 1)
    await msgsnd(m.taken, 1)
    return True
