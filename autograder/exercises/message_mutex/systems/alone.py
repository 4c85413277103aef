"""One process by itself: trylock, trylock, unlock, lock, trylock, unlock, trylock."""

from kernel_model.explore import Shared, store

PROCESSORS = 1


def memory(n):
    return Shared(m=mutex(), said=[None] * 4)


async def program(mem, i, n):
    await store(mem.said[0], 1 if await trylock(mem.m) else 0)
    await store(mem.said[1], 1 if await trylock(mem.m) else 0)
    await unlock(mem.m)
    await lock(mem.m)
    await store(mem.said[2], 1 if await trylock(mem.m) else 0)
    await unlock(mem.m)
    await store(mem.said[3], 1 if await trylock(mem.m) else 0)


def what_trylock_says(m):
    said = tuple(one for one in m.said if one is not None)
    words = ["no" if one == 0 else "yes" for one in said]
    right = said == (1, 0, 0, 1)[: len(said)]
    return right or f"trylock says {', '.join(words)} in place of yes, no, no, yes"


invariants = (what_trylock_says,)
