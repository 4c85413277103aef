"""The bakery as printed: its numbers grow without bound."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(choosing=[0] * n, number=[0] * n)


async def Pprim(sem, i, n):
    await store(sem.choosing[i], 1)
    mine = 1 + max([await load(one) for one in sem.number])
    await store(sem.number[i], mine)
    await store(sem.choosing[i], 0)
    for j in range(n):
        while await load(sem.choosing[j]):
            pass
        while (other := await load(sem.number[j])) > 0 and (other, j) < (mine, i):
            pass


async def Vprim(sem, i, n):
    await store(sem.number[i], 0)
