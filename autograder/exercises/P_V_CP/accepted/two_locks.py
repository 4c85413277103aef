"""A semaphore of 1 from the sleepers' own lock, and a second lock for the count."""

from kernel_model.explore import (
    Pprim,
    Shared,
    Vprim,
    enqueue,
    fetch_and_add,
    load,
    swtch,
    wakeup_one,
)


def semaphore(value):
    return Shared(count=value, lock=0, gate=0, queue=())


async def P(sem):
    while True:
        await Pprim(sem.gate)
        if await CP(sem):
            await Vprim(sem.gate)
            return
        await enqueue(sem.queue)
        await Vprim(sem.gate)
        await swtch(sem.queue)


async def V(sem):
    await Pprim(sem.lock)
    await fetch_and_add(sem.count, 1)
    await Vprim(sem.lock)
    await Pprim(sem.gate)
    await wakeup_one(sem.queue)
    await Vprim(sem.gate)


async def CP(sem):
    await Pprim(sem.lock)
    try:
        if await load(sem.count) == 0:
            return False
        await fetch_and_add(sem.count, -1)
        return True
    finally:
        await Vprim(sem.lock)
