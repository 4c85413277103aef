"""Goes round without a step until the value that it has read is another one."""

from kernel_model.explore import Pprim, Shared, Vprim, load, store, wakeup_one


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    value = await load(sem.value)
    while value <= 0:
        pass
    await store(sem.value, value - 1)


async def V(sem):
    await Pprim(sem.lock)
    value = await load(sem.value) + 1
    await store(sem.value, value)
    if value <= 0:
        await wakeup_one(sem.queue)
    await Vprim(sem.lock)


async def CP(sem):
    await Pprim(sem.lock)
    value = await load(sem.value)
    if value > 0:
        await store(sem.value, value - 1)
    await Vprim(sem.lock)
    return value > 0
