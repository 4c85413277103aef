"""Processors 0 and 1: P, is inside, V, two times. 2 does the same with CP, as far as it says yes.

The semaphore is of 1. Whoever comes last counts with CP how many are left.
"""

from kernel_model.explore import Shared, enter, fetch_and_add, leave, store

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(1), ended=0, left=None)


async def program(mem, i, n):
    for _ in range(2):
        if i == 2 and not await CP(mem.sem):
            continue
        if i < 2:
            await P(mem.sem)
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
