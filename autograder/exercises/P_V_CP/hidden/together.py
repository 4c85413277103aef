"""Each of two processors: P on a semaphore of 2, waits until the other one has come so far, V."""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared
from kernel_model.explore import V as tell


def memory(n):
    return Shared(sem=semaphore(2), come=[0] * n)


async def program(mem, i, n):
    await P(mem.sem)
    await tell(mem.come[1 - i])
    await wait(mem.come[i])
    await V(mem.sem)
