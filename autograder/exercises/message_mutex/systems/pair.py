"""Each of two processes: lock, is inside, unlock."""

from kernel_model.explore import Shared, enter, leave


def memory(n):
    return Shared(m=mutex())


async def program(mem, i, n):
    await lock(mem.m)
    await enter()
    await leave()
    await unlock(mem.m)
