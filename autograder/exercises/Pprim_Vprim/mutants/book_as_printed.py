"""Bach's figure as printed, whose loops begin at 1: nobody looks at processor 0."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(val=[0] * n, lastid=0)


async def Pprim(sem, procid, n):
    while True:
        i = await load(sem.lastid)
        await store(sem.val[procid], 1)
        while i != procid and await load(sem.val[i]) == 0:
            i = i + 1 if i + 1 < n else min(1, n - 1)
        if i != procid:
            continue
        await store(sem.val[procid], 2)
        for other in range(1, n):
            if other != procid and await load(sem.val[other]) == 2:
                break
        else:
            break
    await store(sem.lastid, procid)


async def Vprim(sem, procid, n):
    await store(sem.lastid, (procid + 1) % n)
    await store(sem.val[procid], 0)
