"""No lock: stands in the queue first and looks afterwards; who gets it wakes the others."""

from kernel_model.explore import Shared, enqueue, store, swap, swtch, wakeup


def buffer():
    return Shared(locked=0, event=())


async def sleep_lock(buf):
    while await swap(buf.locked, 1):
        await enqueue(buf.event)
        if not await swap(buf.locked, 1):
            await wakeup(buf.event)
            return
        await swtch(buf.event)


async def sleep_unlock(buf):
    await store(buf.locked, 0)
    await wakeup(buf.event)
