"""Knuth without looking for another that claims."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(control=[0] * n, k=0)


async def my_turn(sem, i, n):
    j = await load(sem.k)
    while j != i:
        if await load(sem.control[j]):
            j = await load(sem.k)
        else:
            j = (j - 1) % n


async def Pprim(sem, i, n):
    await store(sem.control[i], 1)
    await my_turn(sem, i, n)
    await store(sem.control[i], 2)
    await store(sem.k, i)


async def Vprim(sem, i, n):
    await store(sem.k, (i - 1) % n)
    await store(sem.control[i], 0)
