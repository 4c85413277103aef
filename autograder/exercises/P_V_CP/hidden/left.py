"""Three processors share a semaphore of 1: 0 and 1 use P and V; 2 uses CP, and V if CP said yes.

Whoever comes last counts with CP how many are left.
"""

from kernel_model.explore import Shared, enter, fetch_and_add, leave, store

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(1), ended=0, left=None)


async def program(mem, i, n):
    taken = True
    if i < 2:
        await P(mem.sem)
    else:
        taken = await CP(mem.sem)
    if taken:
        await enter()
        await leave()
        await V(mem.sem)
    if await fetch_and_add(mem.ended, 1) == n - 1:
        left = 0
        while left < 3 and await CP(mem.sem):
            left += 1
        await store(mem.left, left)


def none_lost(m):
    return m.left in (None, 1) or f"at the end {m.left} can be taken in place of 1"


invariants = (none_lost,)
