"""V wakes everyone and P does not look again: two get what is there once."""

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
    wakeup,
)

PROCESSORS = 3


def memory(n):
    return Shared(value=1, lock=0, queue=())


async def P(sem):
    await Pprim(sem.lock)
    if await load(sem.value) <= 0:
        await enqueue(sem.queue)
        await Vprim(sem.lock)
        await swtch(sem.queue)
        await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) - 1)
    await Vprim(sem.lock)


async def V(sem):
    await Pprim(sem.lock)
    await store(sem.value, await load(sem.value) + 1)
    await wakeup(sem.queue)
    await Vprim(sem.lock)


async def program(sem, i, n):
    await P(sem)
    await enter()
    await leave()
    await V(sem)


def awaited(m):
    return {"queue": m.value > 0}
