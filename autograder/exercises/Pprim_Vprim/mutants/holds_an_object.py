"""Keeps a set in a cell, as if a step could change it in place."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(waiting=())


async def Pprim(sem, procid, n):
    await store(sem.waiting, {procid})
    while await load(sem.waiting) != {procid}:
        pass


async def Vprim(sem, procid, n):
    await store(sem.waiting, set())
