"""The same, but P lets the lock go before it stands in the queue: V finds nobody there."""

from kernel_model.explore import (
    Pprim,
    Shared,
    Vprim,
    enqueue,
    enter,
    leave,
    load,
    store,
    swtch,
    wakeup_one,
)

PROCESSORS = 3


def memory(n):
    return Shared(value=1, lock=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    value = await load(sem.value) - 1
    await store(sem.value, value)
    if value >= 0:
        await Vprim(sem.lock)
        return
    await Vprim(sem.lock)
    await enqueue(sem.queue)
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
    if value > 0:
        await store(sem.value, value - 1)
    await Vprim(sem.lock)
    return value > 0


async def program(sem, i, n):
    if i == n - 1:
        if not await CP(sem):
            return
    else:
        await P(sem)
    await enter()
    await leave()
    await V(sem)


def as_at_first(m):
    return (m.value, m.lock, m.queue) == (1, 0, ())


finals = (as_at_first,)


def awaited(m):
    return {"queue": len(m.queue) > max(0, -m.value)}
