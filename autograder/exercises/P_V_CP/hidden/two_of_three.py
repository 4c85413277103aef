"""Each of three processors: P on a semaphore of 2, is inside, V."""

from kernel_model.explore import Shared, fetch_and_add

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(2), inside=0)


async def program(mem, i, n):
    await P(mem.sem)
    await fetch_and_add(mem.inside, 1)
    await fetch_and_add(mem.inside, -1)
    await V(mem.sem)


def as_many_as_the_value(m):
    return m.inside <= 2 or f"{m.inside} are inside with a semaphore of 2"


invariants = (as_many_as_the_value,)
