"""The value never goes below zero; V wakes one, and whoever is woken looks again."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    while not await load(sem.value):
        await enqueue(sem.queue)
        await Vprim(sem.lock)
        await swtch(sem.queue)
        await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) - 1)
    await Vprim(sem.lock)


async def V(sem):
    await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) + 1)
    await wakeup_one(sem.queue)
    await Vprim(sem.lock)


async def CP(sem):
    await Pprim(sem.lock)
    there = await load(sem.value)
    if there:
        await store(sem.value, there - 1)
    await Vprim(sem.lock)
    return there != 0
