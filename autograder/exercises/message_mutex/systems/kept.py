"""Each of two processes: lock. Whoever gets the mutex keeps it for ever."""

from kernel_model.explore import Shared, progress

RESTS = True


def memory(n):
    return Shared(m=mutex())


async def program(mem, i, n):
    await progress()  # there is nothing to be achieved after this
    await lock(mem.m)
