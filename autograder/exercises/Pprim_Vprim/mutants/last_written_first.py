"""Peterson's gates with the two writes the wrong way round."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(level=[0] * n, last=[0] * n)


async def Pprim(sem, procid, n):
    for gate in range(1, n):
        await store(sem.last[gate], procid)
        await store(sem.level[procid], gate)
        while await load(sem.last[gate]) == procid and await ahead(sem, procid, gate, n):
            pass


async def ahead(sem, procid, gate, n):
    for other in range(n):
        if other != procid and await load(sem.level[other]) >= gate:
            return True
    return False


async def Vprim(sem, procid, n):
    await store(sem.level[procid], 0)
