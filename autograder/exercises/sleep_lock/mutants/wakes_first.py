"""Wakes, and lowers the flag only after it has let the lock go."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup


def buffer():
    return Shared(locked=0, event=(), lock=0)


async def sleep_lock(buf):
    await Pprim(buf.lock)
    while await load(buf.locked):
        await enqueue(buf.event)
        await Vprim(buf.lock)
        await swtch(buf.event)
        await Pprim(buf.lock)
    await store(buf.locked, 1)
    await Vprim(buf.lock)


async def sleep_unlock(buf):
    await Pprim(buf.lock)
    await wakeup(buf.event)
    await Vprim(buf.lock)
    await store(buf.locked, 0)
