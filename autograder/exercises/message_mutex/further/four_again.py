"""Each of four processes, two times: lock, is inside, unlock."""

from kernel_model.explore import Shared, enter, leave

PROCESSORS = 4


def memory(n):
    return Shared(m=mutex())


async def program(mem, i, n):
    for _ in range(2):
        await lock(mem.m)
        await enter()
        await leave()
        await unlock(mem.m)
