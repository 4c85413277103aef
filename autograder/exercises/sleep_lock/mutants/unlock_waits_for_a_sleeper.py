"""Hands over to the next that wants it, and goes round until there is one."""

from kernel_model.explore import Shared, enqueue, fetch_and_add, swtch, wakeup_one


def buffer():
    return Shared(want=0, event=())


async def sleep_lock(buf):
    if await fetch_and_add(buf.want, 1):
        await enqueue(buf.event)
        await swtch(buf.event)


async def sleep_unlock(buf):
    while await wakeup_one(buf.event) is None:
        pass
