"""Peterson's algorithm for n processors: n - 1 gates, the last to come waits at each."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(level=[0] * n, last=[0] * n)


async def Pprim(sem, i, n):
    for gate in range(1, n):
        await store(sem.level[i], gate)
        await store(sem.last[gate], i)
        j = 0
        while j < n and await load(sem.last[gate]) == i:
            if j != i and await load(sem.level[j]) >= gate:
                j = 0
            else:
                j += 1


async def Vprim(sem, i, n):
    await store(sem.level[i], 0)
