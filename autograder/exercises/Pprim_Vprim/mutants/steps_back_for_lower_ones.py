"""Steps back for lower numbers and waits for higher ones: a higher one may starve."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(wants=[0] * n)


async def Pprim(sem, procid, n):
    low = -1
    while low is not None:
        await store(sem.wants[procid], 1)
        low = None
        for other in range(procid):
            if await load(sem.wants[other]):
                low = other
                await store(sem.wants[procid], 0)
                while await load(sem.wants[other]):
                    pass
                break
    for other in range(procid + 1, n):
        while await load(sem.wants[other]):
            pass


async def Vprim(sem, procid, n):
    await store(sem.wants[procid], 0)
