"""Processor 0 locks the buffer, reads into it and waits for the end of the transfer, unlocks it.

Processor 1 is the disk: it says when the transfer has ended. Processor 2 locks, looks, unlocks.
"""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared, load, store
from kernel_model.explore import V as tell

PROCESSORS = 3


def memory(n):
    return Shared(buf=buffer(), begun=0, ended=0, data="old", seen=None)


def programs(n):
    return [reader, disk, other]


async def reader(mem, i, n):
    await sleep_lock(mem.buf)
    await store(mem.data, "half")
    await tell(mem.begun)
    await wait(mem.ended)
    await store(mem.data, "new")
    await sleep_unlock(mem.buf)


async def disk(mem, i, n):
    await wait(mem.begun)
    await tell(mem.ended)


async def other(mem, i, n):
    await sleep_lock(mem.buf)
    await store(mem.seen, await load(mem.data))
    await sleep_unlock(mem.buf)


def whole(m):
    return m.seen != "half" or "the buffer is read in the middle of a transfer"


invariants = (whole,)
