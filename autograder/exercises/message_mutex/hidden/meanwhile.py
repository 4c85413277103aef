"""Process 0 takes the mutex and has it until process 1 has called trylock, which may come first."""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared
from kernel_model.explore import V as tell


def memory(n):
    return Shared(m=mutex(), asked=0)


def programs(n):
    return [holder, asker]


async def holder(mem, i, n):
    await lock(mem.m)
    await wait(mem.asked)
    await unlock(mem.m)


async def asker(mem, i, n):
    if await trylock(mem.m):
        await unlock(mem.m)
    await tell(mem.asked)
