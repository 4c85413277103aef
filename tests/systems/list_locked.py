"""The same under a lock."""

from kernel_model.explore import Pprim, Shared, Vprim
from kernel_model.explore.structures import LinkedList


def memory(n):
    return Shared(list=LinkedList(n + 1, [n]), lock=0)


async def program(mem, i, n):
    await Pprim(mem.lock)
    await mem.list.insert(i)
    await Vprim(mem.lock)


def well_formed(m):
    return m.list.broken()


def nothing_lost(m):
    return m.list.broken(range(len(m.list.next)))


invariants = (well_formed,)
finals = (nothing_lost,)
