"""Two processors put a node in front of one linked list, without a lock."""

from kernel_model.explore import Shared
from kernel_model.explore.structures import LinkedList


def memory(n):
    return Shared(list=LinkedList(n + 1, [n]))


async def program(mem, i, n):
    await mem.list.insert(i)


def well_formed(m):
    return m.list.broken()


def nothing_lost(m):
    return m.list.broken(range(len(m.list.next)))


invariants = (well_formed,)
finals = (nothing_lost,)
