"""The lock of one processor: tests the flag and sets it in two steps."""

from kernel_model.explore import Shared, load, sleep, store, wakeup


def buffer():
    return Shared(locked=0, event=())


async def sleep_lock(buf):
    while await load(buf.locked):
        await sleep(buf.event)
    await store(buf.locked, 1)


async def sleep_unlock(buf):
    await store(buf.locked, 0)
    await wakeup(buf.event)
