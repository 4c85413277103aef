"""A counter that is put back by those who come too late: all may do so for ever."""

from kernel_model.explore import Shared, fetch_and_add


def semaphore(n):
    return Shared(count=0)


async def Pprim(sem, i, n):
    while await fetch_and_add(sem.count, 1):
        await fetch_and_add(sem.count, -1)


async def Vprim(sem, i, n):
    await fetch_and_add(sem.count, -1)
