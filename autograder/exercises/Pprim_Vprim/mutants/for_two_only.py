"""Peterson's lock for two processors, used for more: even and odd ones share a place."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(wants=[0, 0], last=0)


async def Pprim(sem, procid, n):
    side = procid % 2
    await store(sem.wants[side], 1)
    await store(sem.last, side)
    while await load(sem.wants[1 - side]) and await load(sem.last) == side:
        pass


async def Vprim(sem, procid, n):
    await store(sem.wants[procid % 2], 0)
