"""Dijkstra's lock of 1965: right but for a processor that may starve."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(b=[1] * n, c=[1] * n, k=0)


async def Pprim(sem, procid, n):
    await store(sem.b[procid], 0)
    while True:
        k = await load(sem.k)
        if k != procid:
            await store(sem.c[procid], 1)
            if await load(sem.b[k]):
                await store(sem.k, procid)
            continue
        await store(sem.c[procid], 0)
        for other in range(n):
            if other != procid and await load(sem.c[other]) == 0:
                break
        else:
            return


async def Vprim(sem, procid, n):
    await store(sem.c[procid], 1)
    await store(sem.b[procid], 1)
