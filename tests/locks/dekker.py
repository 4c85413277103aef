"""Dekker, as Dijkstra tells it (1965), for two processors."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(flag=[0] * n, turn=0)


async def Pprim(sem, i, n):
    await store(sem.flag[i], 1)
    while await load(sem.flag[1 - i]):
        if await load(sem.turn) != i:
            await store(sem.flag[i], 0)
            while await load(sem.turn) != i:
                pass
            await store(sem.flag[i], 1)


async def Vprim(sem, i, n):
    await store(sem.turn, 1 - i)
    await store(sem.flag[i], 0)
