"""Two processors wait with P on a semaphore of 0; processor 2 says V two times."""

from kernel_model.explore import Shared

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(0))


async def program(mem, i, n):
    if i < 2:
        await P(mem.sem)
    else:
        await V(mem.sem)
        await V(mem.sem)
