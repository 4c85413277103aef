"""Vprim waits for another processor to come."""

from kernel_model.explore import Shared, load, store, swap


def semaphore(n):
    return Shared(lock=0, want=[0] * n)


async def Pprim(sem, i, n):
    await store(sem.want[i], 1)
    while await swap(sem.lock, 1):
        pass


async def Vprim(sem, i, n):
    await store(sem.want[i], 0)
    await store(sem.lock, 0)
    while not await load(sem.want[(i + 1) % n]):
        pass
