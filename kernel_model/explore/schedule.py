"""A schedule in words: whose turn it is, made again step by step with all its lines and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from kernel_model.explore.cells import Cell, Value
from kernel_model.explore.closure import Closure
from kernel_model.explore.local import ENTER, LEAVE, START, Phase
from kernel_model.explore.operations import PROGRESS, READING

CALLS = "calls Pprim"
Numbers = tuple[int | None, int | None]  # of the turn that calls Pprim before it, and of its own


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one processor."""

    processor: int  # its id
    op: str  # load, store, swap, ...; enter: the step before took it inside; leave
    cell: str | None = None
    value: Value = None  # what the cell holds after the step
    line: int | None = None

    def __str__(self) -> str:
        marks = {ENTER: "is inside", LEAVE: "leaves", PROGRESS: "makes progress"}
        what = marks.get(self.op)
        if what is None:
            sign = "is" if self.op in READING else "becomes"
            what = f"{self.op} {self.cell}, which {sign} {shown(self.value)}"
        at = "" if self.line is None else f"   (line {self.line})"
        return f"processor {self.processor}: {what}{at}"


def shown(value: object) -> str:
    """A value as a cell shows it; of a queue read from JSON as well."""
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(shown, value))})"
    return "none" if value is None else str(value)


def told(step: Step, numbers: Numbers, words: str | None = None) -> list[str]:
    """A step in words after the number of its turn, and before it that Pprim is called."""
    begins, own = numbers
    calls = [] if begins is None else [f"{begins:3}  processor {step.processor}: {CALLS}"]
    return [*calls, f"{'' if own is None else own:3}  {words or step}"]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A schedule that breaks a property; `cycle` goes on for ever after `stem`."""

    property: str  # mutex, deadlock, starvation; release, error
    stem: list[Step]
    cycle: list[Step]

    def to_json(self) -> dict[str, object]:
        """As `kernelbook explore --json` prints it."""
        return asdict(self)


class Replay:
    """All processors at the beginning, to be moved by hand; `numbers` has one for each step made.

    To call `Pprim` is a turn of its own, where a processor may stay outside; that a step has led
    inside is none.
    """

    def __init__(self, closure: Closure, cells: Sequence[Cell]) -> None:
        self.closed = closure.closed
        self.cells = cells
        self.values = list(closure.first)
        self.at = [0] * len(self.closed)
        self.numbers: list[Numbers] = []
        self.turns = 0

    def run(self, turns: Iterable[int]) -> list[Step]:
        """The steps of processors in this order."""
        return [step for p in turns for step in self.turn(p)]

    def turn(self, p: int) -> list[Step]:
        """One processor's step; the decision to begin is made together with its first step."""
        one, begins = self.closed[p], None
        doing = one.pending(self.at[p])
        if doing.kind == START:
            begins = self.number()
            self.at[p] = one.moves[self.at[p]][None].to
            doing = one.pending(self.at[p])
            if doing.phase is Phase.INSIDE:
                self.numbers.append((begins, None))
                return [Step(one.local.procid, ENTER)]
            if doing.phase is Phase.BROKEN:
                return []
        self.numbers.append((begins, self.number()))
        found = None if doing.cell is None else self.values[doing.cell]
        self.at[p], new = one.moves[self.at[p]][found]
        if doing.cell is None:
            return [Step(one.local.procid, doing.kind, line=doing.line)]
        self.values[doing.cell] = new
        steps = [Step(one.local.procid, doing.kind, str(self.cells[doing.cell]), new, doing.line)]
        if one.pending(self.at[p]).phase is Phase.INSIDE and doing.phase is not Phase.INSIDE:
            steps.append(Step(one.local.procid, ENTER))
            self.numbers.append((None, None))
        return steps

    def number(self) -> int:
        """The number of the next turn."""
        self.turns += 1
        return self.turns

    def errors(self) -> list[str]:
        """What the processors that have failed say."""
        said = (one.pending(at).error for one, at in zip(self.closed, self.at, strict=True))
        return [error for error in said if error is not None]
