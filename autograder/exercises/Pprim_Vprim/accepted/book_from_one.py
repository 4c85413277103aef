"""The book's lock as printed, with its numbers from 1: processor procid is number procid + 1."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(val=[0] * (n + 1), lastid=1)


async def Pprim(sem, procid, n):
    me = procid + 1
    while not await attempt(sem, me, n):
        pass


async def attempt(sem, me, n):
    first = await load(sem.lastid)
    await store(sem.val[me], 1)
    while True:
        for i in range(first, n + 1):
            if i == me:
                return await claim(sem, me, n)
            if await load(sem.val[i]):
                return False
        first = 1


async def claim(sem, me, n):
    await store(sem.val[me], 2)
    for k in range(1, n + 1):
        if k != me and await load(sem.val[k]) == 2:
            return False
    await store(sem.lastid, me)
    return True


async def Vprim(sem, procid, n):
    me = procid + 1
    await store(sem.lastid, me % n + 1)
    await store(sem.val[me], 0)
