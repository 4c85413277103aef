"""Two semaphores, taken in opposite order: each processor waits for the other."""

from kernel_model.explore import P, Shared, V


def memory(n):
    return Shared(s=[1, 1])


async def program(mem, i, n):
    await P(mem.s[i])
    await P(mem.s[1 - i])
    await V(mem.s[1 - i])
    await V(mem.s[i])
