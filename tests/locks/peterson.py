"""Peterson 1981, for two processors."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(flag=[0] * n, turn=0)


async def Pprim(sem, i, n):
    await store(sem.flag[i], 1)
    await store(sem.turn, 1 - i)
    while await load(sem.flag[1 - i]) and await load(sem.turn) == 1 - i:
        pass


async def Vprim(sem, i, n):
    await store(sem.flag[i], 0)
