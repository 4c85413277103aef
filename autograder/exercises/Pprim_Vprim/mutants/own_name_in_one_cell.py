"""Writes its number into a free cell and reads it back once."""

from kernel_model.explore import Shared, load, store


def semaphore(n):
    return Shared(owner=None)


async def Pprim(sem, procid, n):
    while True:
        while await load(sem.owner) is not None:
            pass
        await store(sem.owner, procid)
        if await load(sem.owner) == procid:
            return


async def Vprim(sem, procid, n):
    await store(sem.owner, None)
