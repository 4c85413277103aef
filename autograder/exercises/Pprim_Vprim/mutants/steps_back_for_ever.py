"""Steps back whenever another wants to get in: all may step back again and again."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(wants=[0] * n)


async def Pprim(sem, procid, n):
    while True:
        await store(sem.wants[procid], 1)
        seen = [await load(sem.wants[other]) for other in range(n) if other != procid]
        if not any(seen):
            return
        await store(sem.wants[procid], 0)


async def Vprim(sem, procid, n):
    await store(sem.wants[procid], 0)
