"""Each of two processors: P on a semaphore of 1. Whoever gets it keeps it for ever."""

from kernel_model.explore import Shared, progress

RESTS = True


def memory(n):
    return Shared(sem=semaphore(1))


async def program(mem, i, n):
    await progress()  # there is nothing to be achieved after this
    await P(mem.sem)
