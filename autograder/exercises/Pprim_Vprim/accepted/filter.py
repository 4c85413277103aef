"""Peterson's filter of 1981: n - 1 gates, at each of which the last to come waits."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(level=[-1] * n, last=[None] * n)


async def Pprim(sem, procid, n):
    others = [p for p in range(n) if p != procid]
    for gate in range(n - 1):
        await store(sem.level[procid], gate)
        await store(sem.last[gate], procid)
        for other in others:
            while await load(sem.level[other]) >= gate and await load(sem.last[gate]) == procid:
                pass


async def Vprim(sem, procid, n):
    await store(sem.level[procid], -1)
