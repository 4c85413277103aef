"""Tests one flag and sets it in two steps."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(taken=0)


async def Pprim(sem, procid, n):
    while await load(sem.taken):
        pass
    await store(sem.taken, 1)


async def Vprim(sem, procid, n):
    await store(sem.taken, 0)
