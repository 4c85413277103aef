"""Process 0 has the mutex until process 1 has called trylock; process 2: lock, unlock."""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared, store
from kernel_model.explore import V as tell

PROCESSORS = 3


def memory(n):
    return Shared(m=mutex(), held=0, asked=0, said=0)


def programs(n):
    return [holder, asker, sleeper]


async def holder(mem, i, n):
    await lock(mem.m)
    await tell(mem.held)
    await wait(mem.asked)
    await unlock(mem.m)


async def asker(mem, i, n):
    await wait(mem.held)
    if await trylock(mem.m):
        await store(mem.said, 1)
    await tell(mem.asked)


async def sleeper(mem, i, n):
    await lock(mem.m)
    await unlock(mem.m)


def not_taken_twice(m):
    return m.said != 1 or "trylock says yes, although another one holds the mutex"


invariants = (not_taken_twice,)
