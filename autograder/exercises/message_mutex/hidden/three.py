"""Each of three processes: lock, is inside, unlock."""

from kernel_model.explore import Shared, enter, leave

PROCESSORS = 3


def memory(n):
    return Shared(m=mutex())


async def program(mem, i, n):
    await lock(mem.m)
    await enter()
    await leave()
    await unlock(mem.m)
