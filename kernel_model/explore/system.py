"""Checks a system: every interleaving of its programs, and the first thing that goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from kernel_model.explore.asleep import stuck, trying
from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import LockError, cells_of
from kernel_model.explore.closure import QUEUES, Closure
from kernel_model.explore.confirm import confirm
from kernel_model.explore.engines import Engine, Found, Graph, Progress, search, way
from kernel_model.explore.lasso import shortest
from kernel_model.explore.local import Local
from kernel_model.explore.operations import ENTER, MARKS
from kernel_model.explore.reach import FEW, finds
from kernel_model.explore.schedule import Counterexample, Replay
from kernel_model.explore.scripts import END, Pending, ProgramScript
from kernel_model.explore.snapshot import visible
from kernel_model.explore.surroundings import Surroundings
from kernel_model.explore.system_report import SystemReport
from kernel_model.explore.systemfile import SystemFile
from kernel_model.explore.tables import Tables, make_tables
from kernel_model.explore.verdict import LIMIT, WIDTHS, warned
from kernel_model.explore.watch import Finding, Valuation, Watch, name_of

LOCALS = 50_000  # states of one processor
NEVERTHELESS = "although what it waits for holds"


def check_system(
    text: str,
    processors: int | None = None,
    *,
    file: str = "system",
    engine: str = "auto",
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> SystemReport:
    """The report on a system file's text; what is wrong with it is in the report, never raised."""
    begin = time.perf_counter()
    report = SystemReport()
    try:
        if not visible():
            raise LockError("this Python does not show where a coroutine stands")
        with warned():
            programs = Programs(text, file, processors, watched=True)
            SystemCheck(programs, report).run(engine, limit, progress)
    except LockError as error:
        report.error = str(error)
    report.seconds = round(time.perf_counter() - begin, 4)
    return report


class Programs:
    """A system's memory, and a local automaton for each processor."""

    def __init__(
        self,
        text: str,
        file: str,
        n: int | None = None,
        given: Mapping[str, object] | None = None,
        watched: bool = False,
    ) -> None:
        """The text's; `watched`: it is nobody's that can be trusted to keep nothing outside cells.

        Some names may be `given`, which it need not define.
        """
        self.source = SystemFile(text, file, given)
        try:
            self.system = bounded(self.source.fresh)
            self.around = Surroundings(self) if watched else None
            n = self.system.processors() if n is None else n
            self.memory = bounded(self.system.memory, n)
            bounded(self.system.programs, n)
        except LockError:
            raise
        except (Exception, SystemExit) as error:
            raise LockError(f"{type(error).__name__}: {error}") from error
        self.cells, self.first = cells_of(self.memory)
        if self.around is not None:
            self.around.include(self.memory)
        self.locals = [
            Local(self.source, self.memory, i, n, LOCALS, ProgramScript()) for i in range(n)
        ]

    def doubt(self) -> str:
        """Why the code does something else than its processors' automata; "" if it does not."""
        if self.around is None:
            return ""
        try:
            confirm(self.source, self.locals, self.first)
            self.around.look()
        except LockError as error:
            return str(error)
        return ""


class SystemCheck:
    """One check, from the search to the counterexample."""

    closure: Closure
    tables: Tables
    watch: Watch
    engine: Engine
    found: Found
    doubt: str  # why the automata are not what the code does

    def __init__(self, programs: Programs, report: SystemReport) -> None:
        self.programs, self.report = programs, report

    def run(self, engine: str, limit: int, progress: Progress | None) -> None:
        """Fills in the report."""
        report, system = self.report, self.programs.system
        names = [name_of(check) for key in ("invariants", "finals") for check in system.checks(key)]
        report.invariants = dict.fromkeys(names)
        self.search(engine, limit, progress)
        report.engine, report.states = self.engine.name, self.found.states()
        looked = self.found.levels[:-1] if self.found.stopped else self.found.levels
        report.transitions = sum(map(self.engine.steps, looked))
        finding = self.watch.finding
        if self.doubt and (finding is None or finding.property != "error"):
            raise LockError(self.doubt)
        if finding is not None:
            self.failure(finding)
            return
        if not self.found.finished:
            report.error = (
                f"not finished: there are more than {limit:,} states; what is not known to fail "
                f"may still do so"
            )
            return
        report.invariants = dict.fromkeys(names, True)
        if self.marked(ENTER):
            report.mutual_exclusion = True
        self.for_good(self.engine.graph(self.found.levels))
        changed = system.changed()
        if changed is not None:
            raise LockError(f"an invariant changes {changed}")

    def search(self, engine: str, limit: int, progress: Progress | None) -> None:
        """All states, or all up to one that is wrong; with as many values of a cell as it takes."""
        programs = self.programs
        found = finds(programs.locals, programs.first, FEW)
        for width in WIDTHS if found is None else (FEW,):
            self.closure = Closure(programs.locals, programs.first, width, found)
            self.doubt = self.programs.doubt()  # before anything else is done that changes things
            self.tables = make_tables(self.closure)
            valuation = Valuation(programs.memory, self.closure, self.tables)
            self.watch = Watch(programs.system, valuation)
            wanted = (self.tables, engine, limit, progress, self.watch.on)
            self.engine, self.found = search(*wanted)
            if not self.found.over:
                return
        full = ", ".join(str(programs.cells[cell]) for cell in sorted(self.closure.full))
        raise LockError(
            f"{full}: more different values than are looked at ({WIDTHS[-1]}, in a sleep queue "
            f"{QUEUES:,}); does it grow without bound?"
        )

    def failure(self, finding: Finding) -> None:
        """Takes down a state that is wrong by itself, and the shortest way there."""
        report = self.report
        depth = len(self.found.levels) - 1
        replay = Replay(self.closure, self.programs.cells)
        stem = replay.run(way(self.engine, self.found, finding.state, depth))
        report.counterexample = Counterexample(finding.property, stem, [])
        report.numbers = replay.numbers
        report.why = finding.why or None
        if finding.property == "error":
            report.error = "; ".join(replay.errors())
        elif finding.property == "mutex":
            report.mutual_exclusion = False
        else:
            report.invariants[finding.name] = False

    def for_good(self, graph: Graph) -> None:
        """Who can never go on again, and what goes on for ever without progress."""
        if not self.programs.system.rests():
            self.waits_for_good(graph)
        if all(self.marked(*MARKS, END, p=p) for p in range(graph.n)):
            self.livelock(graph)
            if self.programs.system.rests():
                self.tries_for_good(graph)

    def waits_for_good(self, graph: Graph) -> None:
        """Whose wake-up is lost, and who waits for what never comes."""
        report = self.report
        valuation = self.watch.valuation

        def holds(state: int, queue: int) -> bool | None:
            values = valuation.values(valuation.of(int(graph.states[state])))
            said = bounded(self.programs.system.awaited, values)
            return said.get(str(self.programs.cells[queue]))

        doing = self.doing(graph)
        ends = stuck(graph, doing, holds)
        report.lost_wakeup, report.deadlock_free = ends.lost is not None, ends.dead is None
        if ends.lost is not None:
            state, p = ends.lost
            queue = doing(p, state).cell or 0
            why = "and nobody will wake it" if holds(state, queue) is None else NEVERTHELESS
            told = f"processor {p} sleeps in {self.programs.cells[queue]} for ever, {why}"
            self.show(graph, "lost_wakeup", state, told)
        elif ends.dead is not None:
            waits = [p for p in range(graph.n) if graph.waits(p, ends.dead)]
            all_ = [self.waiting(p, doing(p, ends.dead)) for p in waits]
            self.show(graph, "deadlock", ends.dead, "; ".join(filter(None, all_)))

    def tries_for_good(self, graph: Graph) -> None:
        """Who does not come to rest where it should: it waits for ever in `Pprim`, in no queue."""
        doing = self.doing(graph)
        found = trying(graph, doing)
        if found is not None:
            self.report.livelock_free = False
            if self.report.counterexample is None:
                state, p = found
                told = f"{self.waiting(p, doing(p, state))} for ever, and does not sleep"
                self.show(graph, "livelock", state, told)

    def doing(self, graph: Graph) -> Callable[[int, int], Pending]:
        """What a processor is about to do in a state, by its number."""

        def at(p: int, state: int) -> Pending:
            one = self.tables.processors[p]
            return one.doing[int(graph.states[state]) // one.base % one.size]

        return at

    def waiting(self, p: int, doing: Pending) -> str:
        """What a processor waits for, in words."""
        if doing.cell is None:
            return ""
        return f"processor {p} waits in {doing.kind}({self.programs.cells[doing.cell]})"

    def livelock(self, graph: Graph) -> None:
        """What goes on for ever although nobody comes to a mark."""
        marked = [[at.kind in MARKS for at in one.doing] for one in self.tables.processors]
        quiet = graph.quiet(marked)
        self.report.livelock_free = not graph.lasts(quiet)
        if not self.report.livelock_free and self.report.counterexample is None:
            start, cycle = shortest(graph, graph.for_ever(quiet))
            self.show(graph, "livelock", start, None, cycle)

    def show(
        self, graph: Graph, name: str, number: int, why: str | None, cycle: list[int] | None = None
    ) -> None:
        """Takes down the shortest way to a state, and what goes on for ever there."""
        replay = Replay(self.closure, self.programs.cells)
        state, depth = int(graph.states[number]), int(graph.depth[number])
        stem = replay.run(way(self.engine, self.found, state, depth))
        self.report.counterexample = Counterexample(name, stem, replay.run(cycle or []))
        self.report.numbers = replay.numbers
        self.report.why = why

    def marked(self, *kinds: str, p: int | None = None) -> bool:
        """Does a processor (any) make a step of these kinds?"""
        all_ = self.tables.processors
        return any(
            at.kind in kinds for one in (all_ if p is None else [all_[p]]) for at in one.doing
        )
