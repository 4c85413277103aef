"""The same without a lock: `head` is set by compare-and-swap, again until nobody came between."""

from kernel_model.explore import Shared, compare_and_swap, load, store
from kernel_model.explore.structures import LinkedList


def memory(n):
    return Shared(list=LinkedList(n + 1, [n]))


async def program(mem, i, n):
    while True:
        head = await load(mem.list.head)
        await store(mem.list.next[i], head)
        if await compare_and_swap(mem.list.head, head, i):
            return


def well_formed(m):
    return m.list.broken()


def nothing_lost(m):
    return m.list.broken(range(len(m.list.next)))


invariants = (well_formed,)
finals = (nothing_lost,)
