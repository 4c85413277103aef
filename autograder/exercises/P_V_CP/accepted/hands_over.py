"""V hands over to the first sleeper and counts only where there is none."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def semaphore(value):
    return Shared(value=value, lock=0, queue=())


async def P(sem):
    if not await take(sem, stay=True):
        await swtch(sem.queue)


async def V(sem):
    await Pprim(sem.lock)
    if await wakeup_one(sem.queue) is None:
        await store(sem.value, await load(sem.value) + 1)
    await Vprim(sem.lock)


async def CP(sem):
    return await take(sem, stay=False)


async def take(sem, stay):
    await Pprim(sem.lock)
    left = await load(sem.value)
    if left > 0:
        await store(sem.value, left - 1)
    elif stay:
        await enqueue(sem.queue)
    await Vprim(sem.lock)
    return left > 0
