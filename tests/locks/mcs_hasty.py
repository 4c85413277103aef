"""MCS that lets go without looking whether somebody is just queueing up."""

from kernel_model.explore import Shared, load, store, swap


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
        await store(sem.tail, -1)
    else:
        await store(sem.locked[after], 0)
