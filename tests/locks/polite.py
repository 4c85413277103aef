"""Peterson without the turn: both may wait for each other for ever."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(flag=[0] * n)


async def Pprim(sem, i, n):
    await store(sem.flag[i], 1)
    while await load(sem.flag[1 - i]):
        pass


async def Vprim(sem, i, n):
    await store(sem.flag[i], 0)
