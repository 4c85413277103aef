"""Kernel structures as thin classes over cells: each access is one awaited step.

In `Shared` they say how many cells there are and what these hold first; in the memory their methods
are code for one processor; in what an invariant looks at, `members` and `broken` read the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from kernel_model.explore.cells import Record, Value
from kernel_model.explore.operations import load, store

__all__ = ["NIL", "BufferHeader", "Counter", "LinkedList", "ProcessSlot", "Queue", "Ring"]
NIL = -1  # no node


class Counter(Record):
    """A number: `value`."""

    def __init__(self, value: int = 0) -> None:
        super().__init__(value=value)

    async def add(self, more: int) -> None:
        """Reads and writes: two steps, between which others may do the same."""
        await store(self.value, await load(self.value) + more)


class LinkedList(Record):
    """Nodes 0 to size - 1, linked by `next` from `head` on; a node may be in no list."""

    def __init__(self, size: int, nodes: Sequence[int] = ()) -> None:
        following = [NIL] * size
        for one, after in pairwise(nodes):
            following[one] = after
        super().__init__(head=nodes[0] if nodes else NIL, next=list(following))

    async def insert(self, node: int) -> None:
        """Puts a node in front."""
        await store(self.next[node], await load(self.head))
        await store(self.head, node)

    async def take(self) -> int:
        """Takes the first node out; gives it, or NIL."""
        first: int = await load(self.head)
        if first != NIL:
            await store(self.head, await load(self.next[first]))
        return first

    async def remove(self, node: int) -> bool:
        """Takes a node out, wherever it is; gives whether it was there."""
        before, at = NIL, await load(self.head)
        while at not in (NIL, node):
            before, at = at, await load(self.next[at])
        if at == NIL:
            return False
        after = await load(self.next[node])
        await store(self.head if before == NIL else self.next[before], after)
        return True

    def members(self) -> list[int]:
        """Of values: the nodes in order, up to where one comes again."""
        found: list[int] = []
        at = self.head
        while at != NIL and at not in found:
            found.append(at)
            at = self.next[at]
        return found

    def broken(self, nodes: Iterable[int] = ()) -> str | None:
        """Of values: what is wrong, if it goes round in circles or lacks one of these nodes."""
        found = self.members()
        if found and self.next[found[-1]] != NIL:
            return f"node {self.next[found[-1]]} is in the list twice"
        lost = [node for node in nodes if node not in found]
        return f"node {lost[0]} is lost" if lost else None


class Ring(Record):
    """Nodes linked both ways in a ring from node 0, its header (as in Bach, Fig. 2.7 and 3.3)."""

    def __init__(self, size: int, nodes: Sequence[int] = ()) -> None:
        forward, back = list(range(size)), list(range(size))
        for one, after in zip([0, *nodes], [*nodes, 0], strict=True):
            forward[one], back[after] = after, one
        super().__init__(forp=list(forward), backp=list(back))

    async def insert_after(self, bp: int, bp1: int) -> None:
        """Puts bp1 after bp, in the four assignments of Fig. 2.7."""
        await store(self.forp[bp1], await load(self.forp[bp]))
        await store(self.backp[bp1], bp)
        await store(self.forp[bp], bp1)
        await store(self.backp[await load(self.forp[bp1])], bp1)

    async def remove(self, bp: int) -> None:
        """Takes bp out; it then leads to itself."""
        before, after = await load(self.backp[bp]), await load(self.forp[bp])
        await store(self.forp[before], after)
        await store(self.backp[after], before)
        await store(self.forp[bp], bp)
        await store(self.backp[bp], bp)

    async def first(self) -> int:
        """The node after the header; 0: there is none."""
        node: int = await load(self.forp[0])
        return node

    def members(self) -> list[int]:
        """Of values: the nodes after the header, up to where one comes again."""
        found: list[int] = []
        at = self.forp[0]
        while at != 0 and at not in found:
            found.append(at)
            at = self.forp[at]
        return found

    def broken(self, nodes: Iterable[int] = ()) -> str | None:
        """Of values: what is wrong, if the two ways do not fit or one of these nodes is lacking."""
        found = self.members()
        for one, after in zip([0, *found], [*found, 0], strict=True):
            if self.forp[one] != after:
                return f"forward from {one} leads to {self.forp[one]} again, not to the header"
            if self.backp[after] != one:
                return f"{after} follows {one}, but back from {after} leads to {self.backp[after]}"
        lost = [node for node in nodes if node not in found]
        return f"node {lost[0]} is lost" if lost else None


class Queue(Record):
    """Room for `size` values, first in, first out: `slots`, the place of the `first`, `count`.

    Neither method looks whether there is a value, or room for one more.
    """

    def __init__(self, size: int) -> None:
        super().__init__(slots=[None] * size, first=0, count=0)

    async def put(self, given: Value) -> None:
        """Puts a value at the end."""
        count = await load(self.count)
        at = (await load(self.first) + count) % len(self.slots)
        await store(self.slots[at], given)
        await store(self.count, count + 1)

    async def get(self) -> Value:
        """Takes the value at the front."""
        first = await load(self.first)
        given: Value = await load(self.slots[first])
        await store(self.slots[first], None)
        await store(self.first, (first + 1) % len(self.slots))
        await store(self.count, await load(self.count) - 1)
        return given

    def members(self) -> list[Value]:
        """Of values: what is in the queue, in order."""
        size = len(self.slots)
        return [self.slots[(self.first + i) % size] for i in range(self.count)]


class ProcessSlot(Record):
    """A slot of the process table: `state`, `parent` (a slot or NIL), the `event` it sleeps on."""

    def __init__(self, state: str = "free", parent: int = NIL) -> None:
        super().__init__(state=state, parent=parent, event=NIL)


class BufferHeader(Record):
    """A buffer header: its `block` (or NIL), `busy`, `valid`, `delayed`; its links are a Ring's."""

    def __init__(self, block: int = NIL) -> None:
        super().__init__(block=block, busy=0, valid=0, delayed=0)
