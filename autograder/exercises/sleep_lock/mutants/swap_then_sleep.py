"""Tests and sets in one step, and the wake-up comes before the sleep."""

from kernel_model.explore import Shared, sleep, store, swap, wakeup


def buffer():
    return Shared(locked=0, event=())


async def sleep_lock(buf):
    while await swap(buf.locked, 1):
        await sleep(buf.event)


async def sleep_unlock(buf):
    await store(buf.locked, 0)
    await wakeup(buf.event)
