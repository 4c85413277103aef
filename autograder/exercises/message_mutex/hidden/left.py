"""Two processes: one lock and unlock, one trylock, and unlock if it said yes. Who comes last counts.

It counts with trylock how often the mutex can be taken then.
"""

from kernel_model.explore import Shared, enter, fetch_and_add, leave, store


def memory(n):
    return Shared(m=mutex(), ended=0, left=None)


async def program(mem, i, n):
    taken = True
    if i == 0:
        await lock(mem.m)
    else:
        taken = await trylock(mem.m)
    if taken:
        await enter()
        await leave()
        await unlock(mem.m)
    if await fetch_and_add(mem.ended, 1) == n - 1:
        left = 0
        while left < 3 and await trylock(mem.m):
            left += 1
        await store(mem.left, left)


def one_left(m):
    return m.left in (None, 1) or f"at the end the mutex can be taken {m.left} times in place of 1"


invariants = (one_left,)
