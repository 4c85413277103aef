"""One process by itself, seven times: trylock, and unlock if it said yes."""

from kernel_model.explore import Shared

PROCESSORS = 1


def memory(n):
    return Shared(m=mutex())


async def program(mem, i, n):
    for _ in range(7):
        if await trylock(mem.m):
            await unlock(mem.m)
