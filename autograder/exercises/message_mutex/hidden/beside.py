"""Processes 0 and 1: lock, is inside, unlock. 2: trylock, and if it says yes, is inside, unlock."""

from kernel_model.explore import Shared, enter, leave

PROCESSORS = 3


def memory(n):
    return Shared(m=mutex())


async def program(mem, i, n):
    if i < 2:
        await lock(mem.m)
    elif not await trylock(mem.m):
        return
    await enter()
    await leave()
    await unlock(mem.m)
