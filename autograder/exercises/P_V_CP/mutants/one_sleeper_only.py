"""Remembers that somebody sleeps, and whoever comes then tries again and again."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup


def semaphore(value):
    return Shared(value=value, lock=0, asleep=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    while await load(sem.value) == 0:
        if await load(sem.asleep):
            await Vprim(sem.lock)
        else:
            await store(sem.asleep, 1)
            await enqueue(sem.queue)
            await Vprim(sem.lock)
            await swtch(sem.queue)
        await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) - 1)
    await Vprim(sem.lock)


async def V(sem):
    await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) + 1)
    await store(sem.asleep, 0)
    await wakeup(sem.queue)
    await Vprim(sem.lock)


async def CP(sem):
    await Pprim(sem.lock)
    value = await load(sem.value)
    if value > 0:
        await store(sem.value, value - 1)
    await Vprim(sem.lock)
    return value > 0
