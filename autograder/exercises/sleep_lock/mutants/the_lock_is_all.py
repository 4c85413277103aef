"""Takes the lock of a few steps for that of the buffer: who waits for it tries, and does not sleep."""

from kernel_model.explore import Shared, load, store, swap, compare_and_swap, fetch_and_add
from kernel_model.explore import Pprim, Vprim, enqueue, swtch, wakeup, wakeup_one, sleep


def buffer():
    return Shared(lock=0)


async def sleep_lock(buf):
    await Pprim(buf.lock)


async def sleep_unlock(buf):
    await Vprim(buf.lock)
