"""Each of three processors, two times: P on a semaphore of 1, is inside, V."""

from kernel_model.explore import Shared, enter, leave

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(1))


async def program(mem, i, n):
    for _ in range(2):
        await P(mem.sem)
        await enter()
        await leave()
        await V(mem.sem)
