"""Each of three processors, two times: locks buffer 0, then 1, has both, unlocks 0, then 1."""

from kernel_model.explore import Shared, enter, leave

PROCESSORS = 3


def memory(n):
    return Shared(first=buffer(), second=buffer())


async def program(mem, i, n):
    for _ in range(2):
        await sleep_lock(mem.first)
        await sleep_lock(mem.second)
        await enter()
        await leave()
        await sleep_unlock(mem.first)
        await sleep_unlock(mem.second)
