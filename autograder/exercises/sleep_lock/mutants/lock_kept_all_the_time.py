"""Keeps the lock of a few steps as long as it has the buffer, so that the others try for it."""

from kernel_model.explore import Shared, load, store, swap, compare_and_swap, fetch_and_add
from kernel_model.explore import Pprim, Vprim, enqueue, swtch, wakeup, wakeup_one, sleep


def buffer():
    return Shared(lock=0, busy=0, event=())


async def sleep_lock(buf):
    await Pprim(buf.lock)
    while await load(buf.busy):
        await enqueue(buf.event)
        await Vprim(buf.lock)
        await swtch(buf.event)
        await Pprim(buf.lock)
    await store(buf.busy, 1)


async def sleep_unlock(buf):
    await store(buf.busy, 0)
    await wakeup(buf.event)
    await Vprim(buf.lock)
