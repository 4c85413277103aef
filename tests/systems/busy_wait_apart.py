"""P by busy waiting, test and decrement apart, as some textbooks print it."""

from kernel_model.explore import Shared, enter, leave, load, store


def memory(n):
    return Shared(s=1)


async def P(s):
    while await load(s) <= 0:
        pass
    await store(s, await load(s) - 1)


async def V(s):
    await store(s, await load(s) + 1)


async def program(mem, i, n):
    while True:
        await P(mem.s)
        await enter()
        await leave()
        await V(mem.s)
