"""Hands the buffer over to the first sleeper: the flag stays up, and nobody can come between."""

from kernel_model.explore import Pprim, Shared, Vprim, enqueue, load, store, swtch, wakeup_one


def buffer():
    return Shared(busy=0, guard=0, line=())


async def sleep_lock(buf):
    await Pprim(buf.guard)
    taken = await load(buf.busy)
    if taken:
        await enqueue(buf.line)
    else:
        await store(buf.busy, 1)
    await Vprim(buf.guard)
    if taken:
        await swtch(buf.line)


async def sleep_unlock(buf):
    await Pprim(buf.guard)
    if await wakeup_one(buf.line) is None:
        await store(buf.busy, 0)
    await Vprim(buf.guard)
