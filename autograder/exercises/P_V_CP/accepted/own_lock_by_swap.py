"""A lock of its own by swap, tried again and again for a few steps; everybody is woken."""

from kernel_model.explore import Shared, enqueue, load, store, swap, swtch, wakeup


def semaphore(value):
    return Shared(used=0, most=value, guard=0, asleep=())


async def guarded(sem):
    while await swap(sem.guard, 1):
        pass


async def P(sem):
    await guarded(sem)
    while await load(sem.used) >= await load(sem.most):
        await enqueue(sem.asleep)
        await store(sem.guard, 0)
        await swtch(sem.asleep)
        await guarded(sem)
    await store(sem.used, await load(sem.used) + 1)
    await store(sem.guard, 0)


async def V(sem):
    await guarded(sem)
    await store(sem.used, await load(sem.used) - 1)
    await wakeup(sem.asleep)
    await store(sem.guard, 0)


async def CP(sem):
    await guarded(sem)
    used, most = await load(sem.used), await load(sem.most)
    if used < most:
        await store(sem.used, used + 1)
    await store(sem.guard, 0)
    return 1 if used < most else 0
