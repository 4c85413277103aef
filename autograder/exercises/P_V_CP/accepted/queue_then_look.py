"""No lock: whoever finds none stands in the queue, looks once more, and wakes all if it gets one."""

from kernel_model.explore import (
    Shared,
    compare_and_swap,
    enqueue,
    fetch_and_add,
    load,
    swtch,
    wakeup,
)


def semaphore(value):
    return Shared(free=value, waiting=())


async def P(sem):
    while not await CP(sem):
        await enqueue(sem.waiting)
        if await CP(sem):
            await wakeup(sem.waiting)
            return
        await swtch(sem.waiting)


async def V(sem):
    await fetch_and_add(sem.free, 1)
    await wakeup(sem.waiting)


async def CP(sem):
    while (free := await load(sem.free)) > 0:
        if await compare_and_swap(sem.free, free, free - 1):
            return True
    return False
