"""CP takes one where the value is zero."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    value = await load(sem.value) - 1
    await store(sem.value, value)
    if value >= 0:
        await Vprim(sem.lock)
        return
    await enqueue(sem.queue)
    await Vprim(sem.lock)
    await swtch(sem.queue)


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
    if value >= 0:
        await store(sem.value, value - 1)
    await Vprim(sem.lock)
    return value >= 0
