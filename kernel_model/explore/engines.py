"""Which engine searches: plain Python always works, NumPy pays off where there is much to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Protocol

from kernel_model.explore.cells import LockError
from kernel_model.explore.graph import Part
from kernel_model.explore.local import Phase
from kernel_model.explore.plain import Aspect, Found, Plain, Progress, Stop
from kernel_model.explore.tables import Tables

__all__ = ["Engine", "Found", "Graph", "Progress", "engine_for", "search", "way"]
ENGINES = ("auto", "plain", "numpy")
FEW = 5_000  # states for which NumPy does not pay
UNLOADED = 25_000  # the same while it is not loaded yet


class Graph(Protocol):
    """All states, numbered in order, and what can go on between them."""

    n: int
    quick: int  # so many states at most are looked at as a whole in no time
    depth: Any  # of each state: the fewest steps that lead to it
    states: Any

    @property
    def after(self) -> Any: ...

    def outside(self, p: int, state: int) -> bool: ...
    def waits(self, p: int, state: int) -> bool: ...
    def quiet(self, marked: Sequence[Sequence[bool]]) -> Any: ...
    def stuck(self, p: int) -> set[int]: ...
    def unwritten(self, p: int) -> Any: ...
    def nearest(self, mask: Any, many: int) -> list[int]: ...
    def staying(self, p: int, phase: Phase) -> Any: ...
    def waiting(self) -> Any: ...
    def lasts(self, mask: Any) -> bool: ...
    def for_ever(self, mask: Any) -> list[Part]: ...
    def bypass(self, p: int) -> int | None: ...


class Engine(Protocol):
    """A search with all that is asked about what it has found."""

    name: str

    def search(
        self, limit: int, until: Stop | None = None, progress: Progress | None = None
    ) -> Found: ...
    def steps(self, level: Sequence[int]) -> int: ...
    def distinct(self, level: Sequence[int], aspects: Sequence[Aspect]) -> dict[int, int]: ...
    def bad(self, level: Sequence[int], phase: Phase) -> int | None: ...
    def before(self, level: Sequence[int], after: int) -> tuple[int, int]: ...
    def graph(self, levels: Sequence[Sequence[int]]) -> Graph: ...


def engine_for(tables: Tables, name: str) -> Engine:
    """The engine of that name; raises LockError where it cannot be had."""
    if name == "plain":
        return Plain(tables)
    if name != "numpy":
        raise LockError(f"no engine {name}: there are {', '.join(ENGINES)}")
    if not fits(tables):
        raise LockError("NumPy is not there, or the states are more than its numbers can say")
    from kernel_model.explore.arrays import Arrays

    return Arrays(tables)


def fits(tables: Tables) -> bool:
    """Can NumPy search these tables?"""
    return tables.size < 1 << 62 and find_spec("numpy") is not None


def search(
    tables: Tables,
    wanted: str,
    limit: int,
    progress: Progress | None,
    watch: Callable[[Engine], Stop] | None = None,
) -> tuple[Engine, Found]:
    """The engine, and what its search has found; auto: NumPy as soon as there is much to do.

    `watch` makes, for an engine, what each level is looked at with.
    """

    def run(name: str, most: int) -> tuple[Engine, Found]:
        engine = engine_for(tables, name)
        return engine, engine.search(most, watch and watch(engine), progress)

    if wanted != "auto":
        return run(wanted, limit)
    if not fits(tables):
        return run("plain", limit)
    few = FEW if "numpy" in sys.modules else UNLOADED
    engine, found = run("plain", min(limit, few))
    if found.finished or found.over or limit <= few:
        return engine, found
    return run("numpy", limit)


def way(engine: Engine, found: Found, state: int, depth: int) -> list[int]:
    """Whose steps lead from the beginning to a state of a level."""
    turns = []
    for level in found.levels[depth - 1 :: -1] if depth else ():
        state, p = engine.before(level, state)
        turns.append(p)
    return turns[::-1]
