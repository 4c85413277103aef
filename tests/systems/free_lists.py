"""A free list for each processor: none is shared, so nobody has to wait for anybody."""

from kernel_model.explore import Record, Shared, load, store
from kernel_model.explore.structures import NIL, LinkedList


def memory(n):
    nodes = 2 * n
    own = [LinkedList(nodes, [2 * i, 2 * i + 1]) for i in range(n)]
    return Shared(free=own, user=[Record(node=NIL, times=0) for _ in range(n)])


async def program(mem, i, n):
    for _ in range(2):
        node = await mem.free[i].take()
        await store(mem.user[i].node, node)
        await store(mem.user[i].times, await load(mem.user[i].times) + 1)
        await store(mem.user[i].node, NIL)
        await mem.free[i].insert(node)


def every_node_has_one_owner(m):
    free = [node for own in m.free for node in own.members()]
    used = [user.node for user in m.user if user.node != NIL]
    return len(free) == len(set(free)) or len(used) == len(set(used))


def all_free_again(m):
    for i, own in enumerate(m.free):
        if why := own.broken([2 * i, 2 * i + 1]):
            return f"list {i}: {why}"
    return all(user.times == 2 for user in m.user)


invariants = (every_node_has_one_owner,)
finals = (all_free_again,)
