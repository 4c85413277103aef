"""Waits for a gate with Pprim, in no queue, and so does not sleep."""

from kernel_model.explore import Shared, load, store, swap, compare_and_swap, fetch_and_add
from kernel_model.explore import Pprim, Vprim, enqueue, swtch, wakeup, wakeup_one, sleep


def semaphore(value):
    return Shared(lock=0, value=value, gate=0 if value else 1)


async def P(sem):
    await Pprim(sem.gate)
    await Pprim(sem.lock)
    value = await load(sem.value) - 1
    await store(sem.value, value)
    if value:
        await Vprim(sem.gate)
    await Vprim(sem.lock)


async def V(sem):
    await Pprim(sem.lock)
    value = await load(sem.value) + 1
    await store(sem.value, value)
    if value == 1:
        await Vprim(sem.gate)
    await Vprim(sem.lock)


async def CP(sem):
    if not await compare_and_swap(sem.gate, 0, 1):
        return False
    await Pprim(sem.lock)
    value = await load(sem.value) - 1
    await store(sem.value, value)
    if value:
        await Vprim(sem.gate)
    await Vprim(sem.lock)
    return True
