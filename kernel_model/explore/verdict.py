"""Checks a lock: extracts its processors, searches all interleavings, and says what is wrong."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import Cell, LockError, Value, cells_of
from kernel_model.explore.closure import Closure
from kernel_model.explore.confirm import confirm
from kernel_model.explore.engines import Engine, Found, Graph, Progress, engine_for, search, way
from kernel_model.explore.lasso import Lasso, any_soon, shortest, soon
from kernel_model.explore.local import Local, Phase
from kernel_model.explore.lockfile import LockFile
from kernel_model.explore.operations import forget
from kernel_model.explore.report import PROPERTIES, Report
from kernel_model.explore.schedule import Counterexample, Replay
from kernel_model.explore.snapshot import visible
from kernel_model.explore.surroundings import Surroundings
from kernel_model.explore.tables import Tables, make_tables, merged

UNAWAITED = "_warn_unawaited_coroutine"  # what the interpreter calls, on all of today's
WIDTHS = (8, 16, 32)  # different values of a cell that are looked at, one after the other
LOCALS = 20_000  # states of one processor
LIMIT = 50_000_000  # global states
MANY = 100_000  # states: from here on what goes on for ever is looked for nearby first


def check(
    text: str,
    processors: int = 2,
    properties: Sequence[str] = PROPERTIES,
    *,
    file: str = "lock",
    engine: str = "auto",
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> Report:
    """The report on a lock file's text; wrong use of cells is reported in it, never raised."""
    begin = time.perf_counter()
    report = Report(asked=tuple(properties))
    try:
        if not visible():
            raise LockError("this Python does not show where a coroutine stands")
        with warned():
            lock = Extracted(text, file, processors)
            Check(lock, report, engine, limit, progress).run()
    except LockError as error:
        report.error = str(error)
    report.seconds = round(time.perf_counter() - begin, 4)
    return report


@contextmanager
def warned() -> Iterator[None]:
    """Takes down coroutines that are never awaited as forgotten steps."""

    def heard(message: Warning | str, *_: object, **__: object) -> None:
        if "never awaited" in str(message):
            forget(str(message).removesuffix(" was never awaited"))

    def gone(coroutine: Any) -> None:  # a warning would be noted where it comes up
        forget(f"coroutine '{coroutine.__qualname__}'")

    before = getattr(warnings, UNAWAITED, None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = heard
        if before is not None:
            setattr(warnings, UNAWAITED, gone)
        try:
            yield
        finally:
            if before is not None:
                setattr(warnings, UNAWAITED, before)


class Extracted:
    """A lock's memory and processors."""

    cells: Sequence[Cell]
    first: Sequence[Value]

    def __init__(self, text: str, file: str, n: int) -> None:
        self.lock = LockFile(text, file)
        try:
            bounded(self.lock.fresh)  # what a library works out once is there before all is noted
            self.around = Surroundings(self)
            module = bounded(self.lock.fresh)
            memory = bounded(module.memory, n)
            self.ids = bounded(module.processors, n)
        except LockError:
            raise
        except (Exception, SystemExit) as error:
            raise LockError(f"{type(error).__name__}: {error}") from error
        self.cells, self.first = cells_of(memory)
        self.around.include(memory)
        self.locals = [Local(self.lock, memory, procid, n, LOCALS) for procid in self.ids]

    def doubt(self) -> str:
        """Why the code does something else than its processors' automata; "" if it does not."""
        try:
            confirm(self.lock, self.locals, self.first)
            self.around.look()
        except LockError as error:
            return str(error)
        return ""


class Check:
    """One check, from the search to the counterexample."""

    tables: Tables
    closure: Closure
    engine: Engine
    found: Found
    doubt: str  # why the automata are not what the code does
    example = True  # is a schedule wanted of what breaks a property?

    def __init__(
        self, lock: Extracted, report: Report, engine: str, limit: int, progress: Progress | None
    ) -> None:
        self.lock, self.report = lock, report
        self.wanted, self.limit, self.progress = engine, limit, progress

    def run(self) -> None:
        """Fills in the report."""
        report = self.report
        self.search()
        report.engine = self.engine.name
        report.states, report.transitions = self.found.states(), self.found.transitions
        if self.reaches(Phase.BROKEN):
            self.show("error", Phase.BROKEN)
            return
        if self.doubt:
            raise LockError(self.doubt)
        crowded = self.reaches(Phase.INSIDE)
        if "mutex" in report.asked and (crowded or self.found.finished):
            report.mutual_exclusion = not crowded
            if crowded and self.example:
                self.show("mutex", Phase.INSIDE)
        if not self.found.finished:
            report.error = (
                f"not finished: there are more than {self.limit:,} states; what is not known "
                f"to fail may still do so"
            )
        elif {"deadlock", "starvation"} & set(report.asked):
            self.liveness()

    def search(self) -> None:
        """All states; with as many values for a cell as it takes."""
        for width in WIDTHS:
            self.closure = Closure(self.lock.locals, self.lock.first, width)
            self.doubt = self.lock.doubt()  # before anything else is done that changes things
            self.tables = make_tables(self.closure)
            self.engine, self.found = search(self.tables, self.wanted, self.limit, self.progress)
            if not self.found.over:
                return
        full = ", ".join(str(self.lock.cells[cell]) for cell in sorted(self.closure.full))
        raise LockError(
            f"{full}: more than {WIDTHS[-1]} different values; does it grow without bound?"
        )

    def reaches(self, phase: Phase) -> bool:
        """Is there a state with two INSIDE, or with one BROKEN?"""
        return any(self.engine.bad(level, phase) is not None for level in self.found.levels)

    def show(self, name: str, phase: Phase) -> None:
        """Takes down the shortest schedule into a state with two INSIDE, or with one BROKEN."""
        engine = engine_for(merged(self.tables), self.engine.name)
        found = engine.search(self.limit, lambda level: engine.bad(level, phase) is not None)
        state = engine.bad(found.levels[-1], phase)
        assert state is not None, "the merged search must find what the search has found"
        replay = Replay(self.closure, self.lock.cells)
        steps = replay.run(way(engine, found, state, len(found.levels) - 1))
        self.report.counterexample = Counterexample(name, steps, [])
        self.report.numbers = replay.numbers
        if phase is Phase.BROKEN:
            self.report.error = "; ".join(replay.errors())

    def liveness(self) -> None:
        """What can go on for ever, and who is overtaken how often."""
        report, asked = self.report, self.report.asked
        graph = self.engine.graph(self.found.levels)
        # where nobody gets in any more, somebody starves
        stuck = graph.lasts(graph.waiting())
        starving = stuck
        if "deadlock" in asked:
            report.deadlock_free = not stuck
        if "starvation" in asked:
            bounds = [graph.bypass(p) for p in range(graph.n)]
            report.bypass = {str(i): b for i, b in zip(self.lock.ids, bounds, strict=True)}
            starving = stuck or any(starves(graph, p, bound) for p, bound in enumerate(bounds))
            report.starvation_free = not starving
        if report.counterexample is None and stuck and "deadlock" in asked:
            self.lead_into("deadlock", None)
        elif report.counterexample is None and starving and "starvation" in asked:
            self.lead_into("starvation", Phase.TRYING)
        for p in range(graph.n):
            if graph.lasts(graph.staying(p, Phase.LEAVING)):
                report.error = f"processor {self.lock.ids[p]} can wait in Vprim for ever"
                if report.counterexample is None:
                    self.lead_into("release", Phase.LEAVING)
                break

    def lead_into(self, name: str, phase: Phase | None) -> None:
        """Takes down the shortest stem and cycle in which one stays in a phase (None: all wait)."""
        if not self.example:
            return
        engine = engine_for(merged(self.tables), self.engine.name)
        found = engine.search(self.limit)
        graph = engine.graph(found.levels)
        masks = (
            [graph.waiting()]
            if phase is None
            else [graph.staying(p, phase) for p in range(graph.n)]
        )
        best: Lasso | None = None
        for mask in masks if len(graph.states) > MANY else ():
            best = soon(graph, mask, best) or best
        for mask in masks if best is None else ():
            parts = graph.for_ever(mask)
            best = shortest(graph, parts, best) if parts else best
        assert best is not None, "the merged graph must hold what the graph has held"
        start, cycle = best
        replay = Replay(self.closure, self.lock.cells)
        begin, depth = int(graph.states[start]), int(graph.depth[start])
        stem = replay.run(way(engine, found, begin, depth))
        self.report.counterexample = Counterexample(name, stem, replay.run(cycle))
        self.report.numbers = replay.numbers


def starves(graph: Graph, p: int, bound: int | None) -> bool:
    """Can processor p try for ever, where it is known that others get in again and again?

    If it is overtaken at most so often, that must be before its first write.
    """
    if bound is not None:
        return graph.lasts(graph.unwritten(p))
    trying = graph.staying(p, Phase.TRYING)
    if len(graph.states) > graph.quick and any_soon(graph, trying):
        return True
    return graph.lasts(trying)
