"""Each of two processors: P on a semaphore of 1, is inside, V."""

from kernel_model.explore import Shared, enter, leave


def memory(n):
    return Shared(sem=semaphore(1))


async def program(mem, i, n):
    await P(mem.sem)
    await enter()
    await leave()
    await V(mem.sem)
