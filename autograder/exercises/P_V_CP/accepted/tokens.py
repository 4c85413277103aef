"""One flag for each that there is; the value is never counted."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def semaphore(value):
    return Shared(token=[1] * value + [0] * 4, lock=0, sleepers=0, queue=())


async def first(sem, held):
    for i in range(len(sem.token)):
        if await load(sem.token[i]) == held:
            return i
    return None


async def P(sem):
    await Pprim(sem.lock)
    while (place := await first(sem, 1)) is None:
        await store(sem.sleepers, await load(sem.sleepers) + 1)
        await enqueue(sem.queue)
        await Vprim(sem.lock)
        await swtch(sem.queue)
        await Pprim(sem.lock)
    await store(sem.token[place], 0)
    await Vprim(sem.lock)


async def V(sem):
    await Pprim(sem.lock)
    await store(sem.token[await first(sem, 0)], 1)
    sleepers = await load(sem.sleepers)
    if sleepers:
        await store(sem.sleepers, sleepers - 1)
        await wakeup_one(sem.queue)
    await Vprim(sem.lock)


async def CP(sem):
    await Pprim(sem.lock)
    place = await first(sem, 1)
    if place is not None:
        await store(sem.token[place], 0)
    await Vprim(sem.lock)
    return place is not None
