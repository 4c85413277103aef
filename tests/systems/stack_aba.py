"""A free list by compare-and-swap: who takes a node is fooled when it is freed again (ABA)."""

from kernel_model.explore import Shared, compare_and_swap, load, store
from kernel_model.explore.structures import NIL, LinkedList


def memory(n):
    return Shared(free=LinkedList(3, [0, 1, 2]), held=[NIL] * (2 * n))


async def take(mem, place):
    while (first := await load(mem.free.head)) != NIL:
        after = await load(mem.free.next[first])
        if await compare_and_swap(mem.free.head, first, after):
            await store(mem.held[place], first)
            return first
    return NIL


async def give(mem, place, node):
    await store(mem.held[place], NIL)
    while True:
        head = await load(mem.free.head)
        await store(mem.free.next[node], head)
        if await compare_and_swap(mem.free.head, head, node):
            return


async def program(mem, i, n):
    if i == 0:
        await take(mem, 0)
        return
    one = await take(mem, 2)
    await take(mem, 3)
    await give(mem, 2, one)


def well_formed(m):
    return m.free.broken()


def nobody_holds_what_is_free(m):
    held = [node for node in m.held if node != NIL]
    for node in m.free.members():
        if node in held:
            return f"node {node} is free, and somebody has it"
    return len(held) == len(set(held)) or "two have the same node"


invariants = (well_formed, nobody_holds_what_is_free)
