"""Mellor-Crummey and Scott 1991: a queue of processors, each waiting at its own cell."""

from kernel_model.explore import Shared, compare_and_swap, load, store, swap


def semaphore(n):
    return Shared(tail=-1, next=[-1] * n, locked=[0] * n)


async def Pprim(sem, i, n):
    await store(sem.next[i], -1)
    before = await swap(sem.tail, i)
    if before >= 0:
        await store(sem.locked[i], 1)
        await store(sem.next[before], i)
        while await load(sem.locked[i]):
            pass


async def Vprim(sem, i, n):
    after = await load(sem.next[i])
    if after < 0:
        if await compare_and_swap(sem.tail, i, -1):
            return
        while (after := await load(sem.next[i])) < 0:
            pass
    await store(sem.locked[after], 0)
