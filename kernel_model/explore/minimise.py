"""States of one processor from which nobody can tell apart what follows become one (Moore).

Exact, since a global state is told apart by nothing else: what is done next and where one stands,
what one's own cells hold, and where each value read leads. It also drops variables no longer used.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from kernel_model.explore.cells import Value
from kernel_model.explore.closure import BEYOND, Closed, Move


@dataclass(frozen=True, slots=True)
class Minimal:
    """The classes of a processor's states."""

    of: list[int]  # state -> its class
    one: list[int]  # class -> one of its states


def minimise(closed: Closed) -> Minimal:
    """Refines the classes until no class has members that part."""
    ways = [_ways(moves) for moves in closed.moves]
    of = _numbers(_looks(closed))
    while True:
        leads = [*of, BEYOND]  # BEYOND is -1: the last
        parted = _numbers(
            (of[state], tuple([(found, new, leads[to]) for found, new, to in way]))
            for state, way in enumerate(ways)
        )
        if max(parted) == max(of):
            break
        of = parted
    one: list[int] = []
    for state, number in enumerate(of):
        if number == len(one):
            one.append(state)
    return Minimal(of, one)


def _looks(closed: Closed) -> Iterable[Hashable]:
    """What can be seen of each state at once."""
    for state, (_, own, wrote) in enumerate(closed.states):
        doing = closed.pending(state)
        yield doing.phase, doing.kind, doing.cell, doing.args, doing.error, own, wrote


def _ways(moves: dict[Value, Move]) -> list[tuple[Value, Value, int]]:
    """What a state may find, what it then writes and where it leads, in a fixed order."""
    ways = [(found, new, to) for found, (to, new) in moves.items()]
    return sorted(ways, key=lambda way: repr(way[0]))


def _numbers(keys: Iterable[Hashable]) -> list[int]:
    """Numbers instead of keys, in the order in which they come first."""
    seen: dict[Hashable, int] = {}
    return [seen.setdefault(key, len(seen)) for key in keys]
