"""Reads once and then waits for a variable of its own to change."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(taken=0)


async def Pprim(sem, procid, n):
    taken = await load(sem.taken)
    while taken:
        pass
    await store(sem.taken, 1)


async def Vprim(sem, procid, n):
    await store(sem.taken, 0)
