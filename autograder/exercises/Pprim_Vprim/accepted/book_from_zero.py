"""The book's lock, numbered from 0, with both loops beginning there."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(val=[0] * n, lastid=0)


async def Pprim(sem, procid, n):
    while True:
        i = await load(sem.lastid)
        await store(sem.val[procid], 1)
        while i != procid and await load(sem.val[i]) == 0:
            i = (i + 1) % n
        if i != procid:
            continue
        await store(sem.val[procid], 2)
        for other in range(n):
            if other != procid and await load(sem.val[other]) == 2:
                break
        else:
            break
    await store(sem.lastid, procid)


async def Vprim(sem, procid, n):
    await store(sem.lastid, (procid + 1) % n)
    await store(sem.val[procid], 0)
