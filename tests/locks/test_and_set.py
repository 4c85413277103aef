"""One instruction that reads and writes."""

from kernel_model.explore import Shared, store, swap


def semaphore(n):
    return Shared(lock=0)


async def Pprim(sem, i, n):
    while await swap(sem.lock, 1):
        pass


async def Vprim(sem, i, n):
    await store(sem.lock, 0)
