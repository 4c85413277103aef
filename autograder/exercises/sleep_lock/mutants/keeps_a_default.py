"""Remembers in a default of its own that the buffer is locked."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup


def buffer():
    return Shared(locked=0, event=(), lock=0)


async def sleep_lock(buf, known=[]):
    known.append(1)
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
    await store(buf.locked, 0)
    await wakeup(buf.event)
    await Vprim(buf.lock)
