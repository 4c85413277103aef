"""Test and set are one step, but the test and the sleep are apart: a wake-up falls in between."""

from kernel_model.explore import Shared, enter, leave, sleep, store, swap, wakeup


def memory(n):
    return Shared(lock=0, chan=())


async def program(mem, i, n):
    while await swap(mem.lock, 1):
        await sleep(mem.chan)
    await enter()
    await leave()
    await store(mem.lock, 0)
    await wakeup(mem.chan)


def awaited(m):
    return {"chan": not m.lock}
