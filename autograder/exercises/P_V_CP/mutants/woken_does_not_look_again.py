"""A V that wakes counts as well, and the one woken does not look again."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    value = await load(sem.value)
    if value == 0:
        await enqueue(sem.queue)
        await Vprim(sem.lock)
        await swtch(sem.queue)
        await Pprim(sem.lock)
        value = await load(sem.value)
    await store(sem.value, max(value - 1, 0))
    await Vprim(sem.lock)


async def V(sem):
    await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) + 1)
    await wakeup_one(sem.queue)
    await Vprim(sem.lock)


async def CP(sem):
    await Pprim(sem.lock)
    value = await load(sem.value)
    if value > 0:
        await store(sem.value, value - 1)
    await Vprim(sem.lock)
    return value > 0
