"""Free, locked, or locked with somebody who may sleep: only then anybody is woken."""

from kernel_model.explore import Shared, compare_and_swap, enqueue, load, swap, swtch, wakeup


def buffer():
    return Shared(state="free", event=())


async def sleep_lock(buf):
    if await compare_and_swap(buf.state, "free", "locked"):
        return
    while await swap(buf.state, "wanted") != "free":
        await enqueue(buf.event)
        if await load(buf.state) != "wanted":
            await wakeup(buf.event)
            continue
        await swtch(buf.event)


async def sleep_unlock(buf):
    if await swap(buf.state, "free") == "wanted":
        await wakeup(buf.event)
