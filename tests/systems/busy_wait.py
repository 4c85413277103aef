"""P by busy waiting, with test and decrement under a lock; V as well."""

from kernel_model.explore import Pprim, Shared, Vprim, enter, leave, load, store


def memory(n):
    return Shared(s=1, lock=0)


async def P(mem):
    while True:
        await Pprim(mem.lock)
        value = await load(mem.s)
        if value > 0:
            break
        await Vprim(mem.lock)
    await store(mem.s, value - 1)
    await Vprim(mem.lock)


async def V(mem):
    await Pprim(mem.lock)
    await store(mem.s, await load(mem.s) + 1)
    await Vprim(mem.lock)


async def program(mem, i, n):
    while True:
        await P(mem)
        await enter()
        await leave()
        await V(mem)
