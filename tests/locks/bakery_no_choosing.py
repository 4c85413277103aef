"""The bakery without choosing: two tickets may be equal and one overlooked."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(number=[0] * n)


async def Pprim(sem, i, n):
    mine = 1 + max([await load(one) for one in sem.number])
    await store(sem.number[i], min(mine, 2 * n))
    for j in range(n):
        while (other := await load(sem.number[j])) > 0 and (other, j) < (mine, i):
            pass


async def Vprim(sem, i, n):
    await store(sem.number[i], 0)
