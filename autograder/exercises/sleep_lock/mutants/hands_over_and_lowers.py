"""Hands the buffer over to the first sleeper, and lowers the flag as well."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def buffer():
    return Shared(locked=0, event=(), lock=0)


async def sleep_lock(buf):
    await Pprim(buf.lock)
    if await load(buf.locked):
        await enqueue(buf.event)
        await Vprim(buf.lock)
        await swtch(buf.event)
        return
    await store(buf.locked, 1)
    await Vprim(buf.lock)


async def sleep_unlock(buf):
    await Pprim(buf.lock)
    await store(buf.locked, 0)
    await wakeup_one(buf.event)
    await Vprim(buf.lock)
