"""Lamport, Communications of the ACM 17(8), 1974, with tickets up to 2 * n."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(choosing=[0] * n, number=[0] * n)


async def Pprim(sem, i, n):
    while True:
        await store(sem.choosing[i], 1)
        mine = 1 + max([await load(one) for one in sem.number])
        if mine <= 2 * n:
            break
        await store(sem.choosing[i], 0)
        for one in sem.number:
            while await load(one):
                pass
    await store(sem.number[i], mine)
    await store(sem.choosing[i], 0)
    for j in range(n):
        if j == i:
            continue
        while await load(sem.choosing[j]):
            pass
        while (other := await load(sem.number[j])) > 0 and (other, j) < (mine, i):
            pass


async def Vprim(sem, i, n):
    await store(sem.number[i], 0)
