"""Two buffers: processor 0 has one and wants the other, which processor 1 has and then unlocks."""

from kernel_model.explore import P as wait
from kernel_model.explore import Shared, enter, leave
from kernel_model.explore import V as tell


def memory(n):
    return Shared(a=buffer(), b=buffer(), has=0)


def programs(n):
    return [both, one]


async def both(mem, i, n):
    await sleep_lock(mem.a)
    await wait(mem.has)
    await sleep_lock(mem.b)
    await enter()
    await leave()
    await sleep_unlock(mem.b)
    await sleep_unlock(mem.a)


async def one(mem, i, n):
    await sleep_lock(mem.b)
    await tell(mem.has)
    await enter()
    await leave()
    await sleep_unlock(mem.b)
