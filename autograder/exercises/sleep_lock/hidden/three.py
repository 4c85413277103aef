"""Each of three processors: sleep_lock, has the buffer, sleep_unlock."""

from kernel_model.explore import Shared, enter, leave

PROCESSORS = 3


def memory(n):
    return Shared(buf=buffer())


async def program(mem, i, n):
    await sleep_lock(mem.buf)
    await enter()
    await leave()
    await sleep_unlock(mem.buf)
