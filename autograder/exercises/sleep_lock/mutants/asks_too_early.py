"""Asks for sleepers before it takes the lock."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup


def buffer():
    return Shared(locked=0, wanted=0, event=(), lock=0)


async def sleep_lock(buf):
    await Pprim(buf.lock)
    while await load(buf.locked):
        await store(buf.wanted, 1)
        await enqueue(buf.event)
        await Vprim(buf.lock)
        await swtch(buf.event)
        await Pprim(buf.lock)
    await store(buf.locked, 1)
    await Vprim(buf.lock)


async def sleep_unlock(buf):
    wanted = await load(buf.wanted)
    await Pprim(buf.lock)
    await store(buf.locked, 0)
    if wanted:
        await store(buf.wanted, 0)
        await wakeup(buf.event)
    await Vprim(buf.lock)
