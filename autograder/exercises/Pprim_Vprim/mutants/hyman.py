"""Hyman's lock of 1966: takes the turn after it has seen the other one outside."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(wants=[0] * max(n, 2), turn=0)


async def Pprim(sem, procid, n):
    other = 1 - procid if n > 1 else 1
    await store(sem.wants[procid], 1)
    while await load(sem.turn) != procid:
        while await load(sem.wants[other]):
            pass
        await store(sem.turn, procid)


async def Vprim(sem, procid, n):
    await store(sem.wants[procid], 0)
