"""Vprim does nothing: whoever comes second waits for ever."""

from kernel_model.explore import Shared, swap


def semaphore(n):
    return Shared(lock=0)


async def Pprim(sem, i, n):
    while await swap(sem.lock, 1):
        pass


async def Vprim(sem, i, n):
    pass
