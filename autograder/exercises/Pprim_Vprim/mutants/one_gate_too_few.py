"""Peterson's gates, one fewer than it takes from three processors on."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(level=[0] * n, last=[0] * max(n, 2))


async def Pprim(sem, procid, n):
    for gate in range(1, max(2, n - 1)):
        await store(sem.level[procid], gate)
        await store(sem.last[gate], procid)
        while await load(sem.last[gate]) == procid and await ahead(sem, procid, gate, n):
            pass


async def ahead(sem, procid, gate, n):
    for other in range(n):
        if other != procid and await load(sem.level[other]) >= gate:
            return True
    return False


async def Vprim(sem, procid, n):
    await store(sem.level[procid], 0)
