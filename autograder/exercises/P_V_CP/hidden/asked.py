"""Processor 0 takes a semaphore of 1 with P and keeps it until 1 has asked with CP; 2: P, V."""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared, store
from kernel_model.explore import V as tell

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(1), held=0, asked=0, said=None)


def programs(n):
    return [holder, asker, sleeper]


async def holder(mem, i, n):
    await P(mem.sem)
    await tell(mem.held)
    await wait(mem.asked)
    await V(mem.sem)


async def asker(mem, i, n):
    await wait(mem.held)
    await store(mem.said, 1 if await CP(mem.sem) else 0)
    await tell(mem.asked)


async def sleeper(mem, i, n):
    await P(mem.sem)
    await V(mem.sem)


def not_taken_twice(m):
    return m.said != 1 or "CP says yes, although another one holds the semaphore"


invariants = (not_taken_twice,)
