"""One processor by itself has a semaphore of 2: CP, P, CP, V, CP, V, V."""

from kernel_model.explore import Shared, store

PROCESSORS = 1


def memory(n):
    return Shared(sem=semaphore(2), said=[None] * 3)


async def program(mem, i, n):
    await store(mem.said[0], 1 if await CP(mem.sem) else 0)
    await P(mem.sem)
    await store(mem.said[1], 1 if await CP(mem.sem) else 0)
    await V(mem.sem)
    await store(mem.said[2], 1 if await CP(mem.sem) else 0)
    await V(mem.sem)
    await V(mem.sem)


def what_CP_says(m):
    said = tuple(one for one in m.said if one is not None)
    words = ["no" if one == 0 else "yes" for one in said]
    return said == (1, 0, 1)[: len(said)] or f"CP says {', '.join(words)} in place of yes, no, yes"


invariants = (what_CP_says,)
