"""Hyman, Communications of the ACM 9(1), 1966: published, and wrong."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(flag=[0] * n, turn=0)


async def Pprim(sem, i, n):
    await store(sem.flag[i], 1)
    while await load(sem.turn) != i:
        while await load(sem.flag[1 - i]):
            pass
        await store(sem.turn, i)


async def Vprim(sem, i, n):
    await store(sem.flag[i], 0)
