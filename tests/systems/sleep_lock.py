"""The sleep lock repaired: test, set and going to sleep under a lock of their own."""

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


def memory(n):
    return Shared(lock=0, chan=(), guard=0)


async def program(mem, i, n):
    await Pprim(mem.guard)
    while await load(mem.lock):
        await enqueue(mem.chan)
        await Vprim(mem.guard)
        await swtch(mem.chan)
        await Pprim(mem.guard)
    await store(mem.lock, 1)
    await Vprim(mem.guard)
    await enter()
    await leave()
    await Pprim(mem.guard)
    await store(mem.lock, 0)
    await wakeup(mem.chan)
    await Vprim(mem.guard)


def nobody_sleeps_on_a_free_lock(m):
    return not (m.chan and not m.guard and not m.lock)


invariants = (nobody_sleeps_on_a_free_lock,)


def awaited(m):
    return {"chan": not m.lock}
