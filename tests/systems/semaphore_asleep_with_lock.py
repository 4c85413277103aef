"""The same, but P goes to sleep without letting the lock go."""

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
    await enqueue(sem.queue)
    await swtch(sem.queue)
    await Vprim(sem.lock)


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


def counted(m):
    return m.lock == 1 or m.value >= 0 or len(m.queue) == -m.value


def as_at_first(m):
    return (m.value, m.lock, m.queue) == (1, 0, ())


invariants = (counted,)
finals = (as_at_first,)


def awaited(m):
    return {"queue": len(m.queue) > max(0, -m.value)}
