"""A sleep lock whose test and set are apart; whoever frees it wakes everyone."""

from kernel_model.explore import Shared, enter, leave, load, sleep, store, wakeup


def memory(n):
    return Shared(lock=0, chan=())


async def program(mem, i, n):
    while await load(mem.lock):
        await sleep(mem.chan)
    await store(mem.lock, 1)
    await enter()
    await leave()
    await store(mem.lock, 0)
    await wakeup(mem.chan)


def awaited(m):
    return {"chan": not m.lock}
