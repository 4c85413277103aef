"""Strict turns: whoever does not want to holds up the others."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(turn=0)


async def Pprim(sem, i, n):
    while await load(sem.turn) != i:
        pass


async def Vprim(sem, i, n):
    await store(sem.turn, (i + 1) % n)
