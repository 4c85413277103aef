"""Processes 0 and 1: lock, is inside, unlock, three times. 2 does so with trylock, if it says yes.

Whoever comes last asks trylock two times: it has to say yes, and then no.
"""

from kernel_model.explore import Shared, enter, fetch_and_add, leave, store

PROCESSORS = 3


def memory(n):
    return Shared(m=mutex(), ended=0, said=None)


async def program(mem, i, n):
    for _ in range(3):
        if i == 2 and not await trylock(mem.m):
            continue
        if i < 2:
            await lock(mem.m)
        await enter()
        await leave()
        await unlock(mem.m)
    if await fetch_and_add(mem.ended, 1) == n - 1:
        first = 1 if await trylock(mem.m) else 0
        second = 1 if await trylock(mem.m) else 0
        await store(mem.said, (first, second))


def one_is_left(m):
    return m.said in (None, (1, 0)) or f"at the end trylock says {m.said} in place of (1, 0)"


invariants = (one_is_left,)
