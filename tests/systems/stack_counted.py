"""The cure for ABA: `head` holds a count beside the node, so no two of its values are the same."""

from kernel_model.explore import Shared, compare_and_swap, load, store
from kernel_model.explore.structures import NIL


def memory(n):
    return Shared(head=(0, 0), next=[1, 2, NIL], held=[NIL] * (2 * n))


async def take(mem, place):
    while (head := await load(mem.head))[0] != NIL:
        after = await load(mem.next[head[0]])
        if await compare_and_swap(mem.head, head, (after, head[1] + 1)):
            await store(mem.held[place], head[0])
            return head[0]
    return NIL


async def give(mem, place, node):
    await store(mem.held[place], NIL)
    while True:
        head = await load(mem.head)
        await store(mem.next[node], head[0])
        if await compare_and_swap(mem.head, head, (node, head[1] + 1)):
            return


async def program(mem, i, n):
    if i == 0:
        await take(mem, 0)
        return
    one = await take(mem, 2)
    await take(mem, 3)
    await give(mem, 2, one)


def members(m):
    found, at = [], m.head[0]
    while at != NIL and at not in found:
        found.append(at)
        at = m.next[at]
    return found


def nobody_holds_what_is_free(m):
    held = [node for node in m.held if node != NIL]
    for node in members(m):
        if node in held:
            return f"node {node} is free, and somebody has it"
    return len(held) == len(set(held)) or "two have the same node"


invariants = (nobody_holds_what_is_free,)
