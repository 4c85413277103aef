"""Who can never go on again: a lost wake-up, or a deadlock.

Stuck is who waits and will wait whatever the others do. It is a *lost wake-up* when it sleeps in a
queue although what it waits for holds, now or later; where the file does not say what that is,
when it sleeps and it does not come to everyone waiting for ever. All else is a *deadlock*.
Who waits in `Pprim` does not sleep: it tries, and whoever is stuck there tries for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from kernel_model.explore.engines import Graph
from kernel_model.explore.operations import SWTCH
from kernel_model.explore.scripts import Pending

Holds = Callable[[int, int], bool | None]  # state, queue: what its sleepers wait for; None: unsaid


@dataclass(frozen=True, slots=True)
class Stuck:
    """Processors that can never go on again, and the nearest state that shows it."""

    lost: tuple[int, int] | None  # the state's number and a processor that sleeps there
    dead: int | None  # the state's number


def stuck(graph: Graph, doing: Callable[[int, int], Pending], holds: Holds) -> Stuck:
    """What a graph holds; `doing(p, state)` is what processor p is about to do."""
    each = [graph.stuck(p) for p in range(graph.n)]
    everyone = set.intersection(*each)
    lost: list[tuple[int, int]] = []
    dead: set[int] = set()
    for p, states in enumerate(each):
        asleep = {s for s in states if doing(p, s).kind == SWTCH}
        told = {s: holds(s, _cell(doing(p, s))) for s in asleep}
        shown = {s for s, said in told.items() if said}
        unsaid = {s for s, said in told.items() if said is None}
        shown |= unsaid - _leading(graph, everyone & unsaid, unsaid)
        lost += [(s, p) for s in shown]
        dead |= states - _leading(graph, shown, states)

    def near(state: int) -> tuple[int, int]:
        return int(graph.depth[state]), state

    frozen = {s for s in dead if all(graph.waits(p, s) for p in range(graph.n))}
    return Stuck(
        min(lost, key=lambda one: (near(one[0]), one[1]), default=None),
        min(frozen or dead, key=near, default=None),
    )


def trying(graph: Graph, doing: Callable[[int, int], Pending]) -> tuple[int, int] | None:
    """The nearest state where somebody stays in `Pprim` for ever, and who it is."""
    found = [(s, p) for p in range(graph.n) for s in graph.stuck(p) if doing(p, s).kind == "Pprim"]
    return min(found, key=lambda one: (int(graph.depth[one[0]]), *one), default=None)


def _cell(doing: Pending) -> int:
    assert doing.cell is not None, "who sleeps sleeps in a queue"
    return doing.cell


def _leading(graph: Graph, target: set[int], within: set[int]) -> set[int]:
    """The states of a set from which some of its states can be reached."""
    before: dict[int, list[int]] = defaultdict(list)
    for state in within:
        for to in graph.after[state]:
            before[to].append(state)
    found, todo = set(target), list(target)
    while todo:
        for state in before[todo.pop()]:
            if state not in found:
                found.add(state)
                todo.append(state)
    return found
