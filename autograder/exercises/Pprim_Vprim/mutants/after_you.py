"""Says that it wants to get in, and waits until nobody else wants to."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(wants=[0] * n)


async def Pprim(sem, procid, n):
    await store(sem.wants[procid], 1)
    for other in range(n):
        while other != procid and await load(sem.wants[other]):
            pass


async def Vprim(sem, procid, n):
    await store(sem.wants[procid], 0)
