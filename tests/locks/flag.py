"""A flag that fails: the test and the set are apart."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(val=[0] * n, lastid=0)


async def Pprim(sem, procid, n):
    while await load(sem.val[0]):
        pass
    await store(sem.val[procid], 1)


async def Vprim(sem, procid, n):
    await store(sem.val[procid], 0)
