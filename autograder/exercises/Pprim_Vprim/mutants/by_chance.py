"""Steps back for a random number of steps."""

import random

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
        for _ in range(random.randrange(3)):
            await load(sem.wants[procid])


async def Vprim(sem, procid, n):
    await store(sem.wants[procid], 0)
