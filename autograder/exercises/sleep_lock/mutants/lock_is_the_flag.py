"""Keeps the lock of a few steps as long as the buffer is locked: nobody sleeps in the queue."""

from kernel_model.explore import Pprim, Shared, Vprim, load, store, wakeup


def buffer():
    return Shared(locked=0, event=(), lock=0)


async def sleep_lock(buf):
    await Pprim(buf.lock)
    while await load(buf.locked):
        await Vprim(buf.lock)
        await Pprim(buf.lock)
    await store(buf.locked, 1)
    await Vprim(buf.lock)


async def sleep_unlock(buf):
    await Pprim(buf.lock)
    await store(buf.locked, 0)
    await wakeup(buf.event)
    await Vprim(buf.lock)
