"""A lock of a few steps made by swap, and a flag that says that somebody sleeps."""

from kernel_model.explore import Shared, enqueue, load, store, swap, swtch, wakeup


def buffer():
    return Shared(locked=0, wanted=0, guard=0, event=())


async def begin(buf):
    while await swap(buf.guard, 1):
        pass


async def end(buf):
    await store(buf.guard, 0)


async def sleep_lock(buf):
    await begin(buf)
    while await load(buf.locked):
        await store(buf.wanted, 1)
        await enqueue(buf.event)
        await end(buf)
        await swtch(buf.event)
        await begin(buf)
    await store(buf.locked, 1)
    await end(buf)


async def sleep_unlock(buf):
    await begin(buf)
    await store(buf.locked, 0)
    if await load(buf.wanted):
        await store(buf.wanted, 0)
        await wakeup(buf.event)
    await end(buf)
