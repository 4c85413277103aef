"""Strongly connected parts of a graph (Tarjan 1972), without recursion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol


class After(Protocol):
    """For each node the nodes that it leads to."""

    def __getitem__(self, node: int, /) -> list[int]: ...


def components(after: After, mask: Sequence[bool]) -> Iterator[list[int]]:
    """The parts of the graph that is left when only masked nodes stay.

    What a part leads to comes before it.
    """
    order: dict[int, int] = {}  # when a node was first met
    low: dict[int, int] = {}  # the earliest that is known to lead here and be led to
    stack: list[int] = []
    done: set[int] = set()
    for root, wanted in enumerate(mask):
        if not wanted or root in order:
            continue
        order[root] = low[root] = len(order)
        stack.append(root)
        path = [(root, iter(after[root]))]
        while path:
            node, ways = path[-1]
            for to in ways:
                if not mask[to]:
                    continue
                if to not in order:
                    order[to] = low[to] = len(order)
                    stack.append(to)
                    path.append((to, iter(after[to])))
                    break
                if to not in done and order[to] < low[node]:
                    low[node] = order[to]
            else:
                path.pop()
                if path and low[node] < low[path[-1][0]]:
                    low[path[-1][0]] = low[node]
                if low[node] == order[node]:
                    at = _place(stack, node)
                    part = stack[at:]
                    del stack[at:]
                    done.update(part)
                    yield part


def _place(stack: list[int], node: int) -> int:
    """Where a node is on the stack, looked for from its top."""
    at = len(stack) - 1
    while stack[at] != node:
        at -= 1
    return at
