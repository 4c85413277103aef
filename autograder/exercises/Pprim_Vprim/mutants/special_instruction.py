"""Uses an instruction that reads and writes in one step."""

from kernel_model.explore import Shared, store, swap


def semaphore(n):
    return Shared(taken=0)


async def Pprim(sem, procid, n):
    while await swap(sem.taken, 1):
        pass


async def Vprim(sem, procid, n):
    await store(sem.taken, 0)
