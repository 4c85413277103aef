"""Dijkstra, Communications of the ACM 8(9), 1965, with numbering from 0."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(b=[1] * n, c=[1] * n, k=0)


async def Pprim(sem, i, n):
    await store(sem.b[i], 0)
    while True:
        k = await load(sem.k)
        if k != i:
            await store(sem.c[i], 1)
            if await load(sem.b[await load(sem.k)]):
                await store(sem.k, i)
            continue
        await store(sem.c[i], 0)
        for j in range(n):
            if j != i and not await load(sem.c[j]):
                break
        else:
            return


async def Vprim(sem, i, n):
    await store(sem.c[i], 1)
    await store(sem.b[i], 1)
