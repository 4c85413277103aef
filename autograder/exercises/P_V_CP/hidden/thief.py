"""Processor 0: P on a semaphore of 0. Processor 1: V. Processor 2: CP, and V if CP said yes."""

from kernel_model.explore import Shared

PROCESSORS = 3


def memory(n):
    return Shared(sem=semaphore(0))


async def program(mem, i, n):
    if i == 0:
        await P(mem.sem)
    elif i == 1 or await CP(mem.sem):
        await V(mem.sem)
