"""P tries again and again until there is one."""

from kernel_model.explore import Pprim, Shared, Vprim, load, store


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    while True:
        await Pprim(sem.lock)
        value = await load(sem.value)
        if value > 0:
            await store(sem.value, value - 1)
        await Vprim(sem.lock)
        if value > 0:
            return


async def V(sem):
    await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) + 1)
    await Vprim(sem.lock)


async def CP(sem):
    await Pprim(sem.lock)
    value = await load(sem.value)
    if value > 0:
        await store(sem.value, value - 1)
    await Vprim(sem.lock)
    return value > 0
