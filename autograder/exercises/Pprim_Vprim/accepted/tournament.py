"""A tree of locks for two: whoever wins at a node goes up to the next one; with a class."""

from dataclasses import dataclass
from typing import Any

from kernel_model.explore import Shared, load, store


@dataclass(frozen=True)
class Node:
    """One match of the tournament, and the side from which a processor comes to it."""

    wants: Any
    last: Any
    side: int

    async def win(self):
        await store(self.wants[self.side], 1)
        await store(self.last, self.side)
        while await load(self.wants[1 - self.side]):
            if await load(self.last) != self.side:
                break

    async def leave(self):
        await store(self.wants[self.side], 0)


def semaphore(n):
    nodes = 4
    return Shared(wants=[[0, 0] for _ in range(nodes)], last=[0] * nodes)


def path(sem, procid, n):
    """The nodes from the leaf to the root: a heap with the root at 1."""
    at, nodes = procid + (2 if n <= 2 else 4), []
    while at > 1:
        nodes.append(Node(sem.wants[at // 2], sem.last[at // 2], at % 2))
        at //= 2
    return nodes


async def Pprim(sem, procid, n):
    for node in path(sem, procid, n):
        await node.win()


async def Vprim(sem, procid, n):
    for node in reversed(path(sem, procid, n)):
        await node.leave()
