"""Each of four processors: P on a semaphore of 2, V. Whoever comes last counts how many are left."""

from kernel_model.explore import Shared, fetch_and_add, store

PROCESSORS = 4


def memory(n):
    return Shared(sem=semaphore(2), inside=0, ended=0, left=None)


async def program(mem, i, n):
    await P(mem.sem)
    await fetch_and_add(mem.inside, 1)
    await fetch_and_add(mem.inside, -1)
    await V(mem.sem)
    if await fetch_and_add(mem.ended, 1) == n - 1:
        left = 0
        while left < 4 and await CP(mem.sem):
            left += 1
        await store(mem.left, left)


def two_at_most(m):
    return m.inside <= 2 or f"{m.inside} hold a semaphore of 2"


def none_lost(m):
    return m.left in (None, 2) or f"at the end {m.left} can be taken in place of 2"


invariants = (two_at_most, none_lost)
