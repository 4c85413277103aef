"""One instruction that writes if it finds what it expects."""

from kernel_model.explore import Shared, compare_and_swap, store


def semaphore(n):
    return Shared(lock=-1)


async def Pprim(sem, i, n):
    while not await compare_and_swap(sem.lock, -1, i):
        pass


async def Vprim(sem, i, n):
    await store(sem.lock, -1)
