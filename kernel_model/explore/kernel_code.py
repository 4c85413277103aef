"""Kernel code of several processors over shared cells: every interleaving, told what goes wrong.

Each processor runs one program to its end. An invariant is held in every state; whoever sleeps for
ever is found, and told apart from those who run in circles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kernel_model.explore.cells import LockError, Shared, Value, cells_of
from kernel_model.explore.components import components
from kernel_model.explore.local import Local
from kernel_model.explore.operations import effect, sleeps
from kernel_model.explore.schedule import Step
from kernel_model.explore.snapshot import Suspended

Program = Callable[[Shared, int], Suspended]  # memory and the processor's number
Invariant = Callable[
    [Mapping[str, Value], bool], str | None
]  # cells, have all ended: what is wrong
Place = tuple[tuple[int, ...], tuple[Value, ...]]  # where everybody stands, what the cells hold
ENDED = 1  # the state of a processor whose program has ended


@dataclass
class Outcome:
    """What was found."""

    states: int
    transitions: int
    wrong: str | None = None  # error, invariant, asleep or circles; None: nothing
    why: str = ""
    schedule: list[Step] = field(default_factory=list)  # a shortest one that leads there
    finished: bool = True  # False: there are more states than the limit


@dataclass(frozen=True, slots=True)
class Code:
    """A program as something that can be run again and again."""

    program: Program

    @property
    def file(self) -> str:
        """Where it stands."""
        return self.program.__code__.co_filename

    def fresh(self) -> Code:
        """Itself: it keeps nothing."""
        return self

    def start(self, function: str, memory: Shared, procid: int, n: int) -> Suspended:
        """The program, called but not run."""
        return self.program(memory, procid)

    def changed(self) -> None:
        """Nothing is watched: the programs are the course's own."""


def explore(
    memory: Shared,
    programs: Sequence[Program],
    invariant: Invariant | None = None,
    limit: int = 300_000,
) -> Outcome:
    """Every interleaving of the programs, up to the first thing that goes wrong."""
    return Search(memory, programs, invariant).run(limit)


class Search:
    """A breadth-first search, so that the first state that is wrong is a nearest one."""

    def __init__(
        self, memory: Shared, programs: Sequence[Program], invariant: Invariant | None
    ) -> None:
        self.cells, first = cells_of(memory)
        self.invariant = invariant
        n = len(programs)
        self.locals = [Local(Code(one), memory, p, n, 5000) for p, one in enumerate(programs)]
        begin = (tuple(local.step(0, None) for local in self.locals), first)
        self.numbers: dict[Place, int] = {begin: 0}
        self.places = [begin]
        self.came: list[tuple[int, int]] = [(0, 0)]  # from which state, by whose step
        self.after: list[list[int]] = []

    def run(self, limit: int) -> Outcome:
        """Looks at all states."""
        found = Outcome(0, 0)
        at = 0
        while at < len(self.places) and found.wrong is None:
            if at >= limit:
                found.finished = False
                break
            self.after.append([self.step(at, p) for p in range(len(self.locals))])
            found.transitions += sum(to != at for to in self.after[at])
            wrong = self.wrong(at)
            if wrong is not None:
                found.wrong, found.why = wrong
                found.schedule = self.way(at)
            at += 1
        found.states = len(self.places)
        if found.wrong is None and found.finished:
            self.circles(found)
        for local in self.locals:
            local.close()
        return found

    def step(self, at: int, p: int) -> int:
        """The state after processor p's step; the same one if it has ended, failed or sleeps."""
        stand, values = self.places[at]
        local = self.locals[p]
        doing = local.pending[stand[p]]
        if doing.cell is None or sleeps(doing.kind, values[doing.cell]):
            return at
        try:
            new, back = effect(doing.kind, doing.args, values[doing.cell])
            to = local.step(stand[p], back)
        except LockError as error:
            new, to = values[doing.cell], local.fault(stand[p], str(error))
        place = (
            (*stand[:p], to, *stand[p + 1 :]),
            (*values[: doing.cell], new, *values[doing.cell + 1 :]),
        )
        number = self.numbers.setdefault(place, len(self.places))
        if number == len(self.places):
            self.places.append(place)
            self.came.append((at, p))
        return number

    def wrong(self, at: int) -> tuple[str, str] | None:
        """What is wrong with a state by itself."""
        stand, values = self.places[at]
        for p, state in enumerate(stand):
            failed = self.locals[p].pending[state].error
            if failed is not None:
                return "error", failed
        ended = all(state == ENDED for state in stand)
        if self.invariant is not None:
            named = {cell.name: one for cell, one in zip(self.cells, values, strict=True)}
            broken = self.invariant(named, ended)
            if broken is not None:
                return "invariant", broken
        if not ended and all(self.rests(p, at) for p in range(len(stand))):
            asleep = ", ".join(str(p) for p, state in enumerate(stand) if state != ENDED)
            return "asleep", f"nobody is left to wake processor {asleep}"
        return None

    def rests(self, p: int, at: int) -> bool:
        """Has it ended, or does it sleep?"""
        stand, values = self.places[at]
        doing = self.locals[p].pending[stand[p]]
        return doing.cell is None or sleeps(doing.kind, values[doing.cell])

    def circles(self, found: Outcome) -> None:
        """Takes down a fair cycle: everybody in it moves, has ended or sleeps now and then."""
        everyone = range(len(self.locals))
        for part in components(self.after, [True] * len(self.places)):
            inside = set(part)
            moving = {
                p
                for at in part
                for p in everyone
                if self.after[at][p] in inside and not self.rests(p, at)
            }
            if moving and all(
                p in moving or any(self.rests(p, at) for at in part) for p in everyone
            ):
                found.wrong = "circles"
                found.why = f"processor {min(moving)} may run in circles for ever"
                found.schedule = self.way(min(part))
                return

    def way(self, at: int) -> list[Step]:
        """The steps that lead to a state."""
        return list(self._way(at))[::-1]

    def _way(self, at: int) -> Iterator[Step]:
        while at:
            before, p = self.came[at]
            doing = self.locals[p].pending[self.places[before][0][p]]
            assert doing.cell is not None, "a step that leads on is a step on a cell"
            value = self.places[at][1][doing.cell]
            yield Step(p, doing.kind, self.cells[doing.cell].name, value, doing.line)
            at = before
