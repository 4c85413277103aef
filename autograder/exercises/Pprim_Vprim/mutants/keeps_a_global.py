"""Keeps who is inside in a global variable, which processors do not share."""

from kernel_model.explore import Shared, load, store

inside = []


def semaphore(n):
    return Shared(turn=0)


async def Pprim(sem, procid, n):
    while inside:
        await load(sem.turn)
    inside.append(procid)


async def Vprim(sem, procid, n):
    inside.remove(procid)
    await store(sem.turn, procid)
