"""Szymanski's lock of 1988: a waiting room with a door that the last one to come in closes."""

from kernel_model.explore import Shared, load, store

OUTSIDE, COMES, WAITS, AT_DOOR, IN = range(5)


def semaphore(n):
    return Shared(flag=[OUTSIDE] * n)


async def flags(sem, those):
    return [await load(sem.flag[p]) for p in those]


async def Pprim(sem, procid, n):
    everybody = range(n)
    await store(sem.flag[procid], COMES)
    while not all(flag in (OUTSIDE, COMES, WAITS) for flag in await flags(sem, everybody)):
        pass
    await store(sem.flag[procid], AT_DOOR)
    if COMES in await flags(sem, everybody):
        await store(sem.flag[procid], WAITS)
        while IN not in await flags(sem, everybody):
            pass
    await store(sem.flag[procid], IN)
    while not all(flag in (OUTSIDE, COMES) for flag in await flags(sem, range(procid))):
        pass


async def Vprim(sem, procid, n):
    for other in range(procid + 1, n):
        while await load(sem.flag[other]) in (WAITS, AT_DOOR):
            pass
    await store(sem.flag[procid], OUTSIDE)
