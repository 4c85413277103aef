"""A schedule in words: whose turn it is, made again step by step with all its lines and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from kernel_model.explore.cells import Cell, Value
from kernel_model.explore.closure import Closure
from kernel_model.explore.local import ENTER, LEAVE, START, Phase
from kernel_model.explore.operations import PROGRESS, READING


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
            what = f"{self.op} {self.cell}, which {sign} {self.value}"
        at = "" if self.line is None else f"   (line {self.line})"
        return f"processor {self.processor}: {what}{at}"


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
    """All processors at the beginning, to be moved by hand."""

    def __init__(self, closure: Closure, cells: Sequence[Cell]) -> None:
        self.closed = closure.closed
        self.cells = cells
        self.values = list(closure.first)
        self.at = [0] * len(self.closed)

    def run(self, turns: Iterable[int]) -> list[Step]:
        """The steps of processors in this order."""
        return [step for p in turns for step in self.turn(p)]

    def turn(self, p: int) -> list[Step]:
        """One processor's step; the decision to begin is made together with its first step."""
        one = self.closed[p]
        doing = one.pending(self.at[p])
        if doing.kind == START:
            self.at[p] = one.moves[self.at[p]][None].to
            doing = one.pending(self.at[p])
            if doing.phase is Phase.INSIDE:
                return [Step(one.local.procid, ENTER)]
            if doing.phase is Phase.BROKEN:
                return []
        found = None if doing.cell is None else self.values[doing.cell]
        self.at[p], new = one.moves[self.at[p]][found]
        if doing.cell is None:
            return [Step(one.local.procid, doing.kind, line=doing.line)]
        self.values[doing.cell] = new
        steps = [Step(one.local.procid, doing.kind, str(self.cells[doing.cell]), new, doing.line)]
        if one.pending(self.at[p]).phase is Phase.INSIDE and doing.phase is not Phase.INSIDE:
            steps.append(Step(one.local.procid, ENTER))
        return steps

    def errors(self) -> list[str]:
        """What the processors that have failed say."""
        said = (one.pending(at).error for one, at in zip(self.closed, self.at, strict=True))
        return [error for error in said if error is not None]
