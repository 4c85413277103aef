"""V wakes before it has the lock, and only then counts."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    while await load(sem.value) == 0:
        await enqueue(sem.queue)
        await Vprim(sem.lock)
        await swtch(sem.queue)
        await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) - 1)
    await Vprim(sem.lock)


async def V(sem):
    await wakeup(sem.queue)
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
