"""Process 0 has the mutex while process 1 calls trylock six times; then both: lock, unlock."""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared, enter, leave, store
from kernel_model.explore import V as tell


def memory(n):
    return Shared(m=mutex(), held=0, asked=0, said=0)


def programs(n):
    return [holder, asker]


async def holder(mem, i, n):
    await lock(mem.m)
    await tell(mem.held)
    await wait(mem.asked)
    await unlock(mem.m)
    await once(mem)


async def asker(mem, i, n):
    await wait(mem.held)
    for _ in range(6):
        if await trylock(mem.m):
            await store(mem.said, 1)
    await tell(mem.asked)
    await once(mem)


async def once(mem):
    await lock(mem.m)
    await enter()
    await leave()
    await unlock(mem.m)


def refused(m):
    return m.said != 1 or "trylock says yes, although another one holds the mutex"


invariants = (refused,)
