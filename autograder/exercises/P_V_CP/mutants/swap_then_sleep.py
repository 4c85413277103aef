"""Takes one in one step, but looks and sleeps in two."""

from kernel_model.explore import Shared, compare_and_swap, fetch_and_add, load, sleep, wakeup


def semaphore(value):
    return Shared(value=value, queue=())


async def P(sem):
    while not await CP(sem):
        await sleep(sem.queue)


async def V(sem):
    await fetch_and_add(sem.value, 1)
    await wakeup(sem.queue)


async def CP(sem):
    value = await load(sem.value)
    while value > 0:
        if await compare_and_swap(sem.value, value, value - 1):
            return True
        value = await load(sem.value)
    return False
