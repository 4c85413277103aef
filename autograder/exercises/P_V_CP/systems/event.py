"""Processor 0 waits with P on a semaphore of 0 until processor 1 has written its data and said V."""

from kernel_model.explore import Shared, load, store


def memory(n):
    return Shared(sem=semaphore(0), data=0, read=None)


def programs(n):
    return [reader, writer]


async def reader(mem, i, n):
    await P(mem.sem)
    await store(mem.read, await load(mem.data))


async def writer(mem, i, n):
    await store(mem.data, 1)
    await V(mem.sem)


def written_first(m):
    return m.read != 0 or "P has come to its end before there was a V"


invariants = (written_first,)
