"""Stands in the queue and looks again, but stays in the queue where it gets the buffer."""

from kernel_model.explore import Shared, enqueue, store, swap, swtch, wakeup_one


def buffer():
    return Shared(locked=0, event=())


async def sleep_lock(buf):
    while await swap(buf.locked, 1):
        await enqueue(buf.event)
        if not await swap(buf.locked, 1):
            return
        await swtch(buf.event)


async def sleep_unlock(buf):
    await store(buf.locked, 0)
    await wakeup_one(buf.event)
