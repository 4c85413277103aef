"""Which mechanism when: what programs cost on each, every entry a run (lecture 08)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from kernel_model.columns import aligned, stressed
from kernel_model.cost import Cost, total
from kernel_model.programs.members import Programs
from kernel_model.programs.report import Explored, explore
from kernel_model.programs.run import Run

COLUMNS = ("calls", "crossings", "copies", "sleeps")
HEADS = ("problem", "mechanism", *COLUMNS, *(f"{name}, in turns" for name in COLUMNS), "states",
         "right on every way")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One problem on one mechanism."""

    problem: str
    mechanism: str
    alone: Cost  # one process after the other, as far as each can go
    turns: Cost  # a turn for each, round and round
    report: Explored

    def cells(self) -> tuple[str, ...]:
        """What stands in the row."""
        costs = [str(getattr(cost, name)) for cost in (self.alone, self.turns) for name in COLUMNS]
        good = self.report.schedule is None and bool(self.report.exclusion)
        told = "yes" if good else f"NO: {self.report.why}"
        return self.problem, self.mechanism, *costs, f"{self.report.states:,}", told


@dataclass(frozen=True)
class Table:
    """Rows that a notebook shows as a table."""

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        return aligned([HEADS, *(row.cells() for row in self.rows)])

    def _repr_html_(self) -> str:
        one, other = "one after the other", "in turns"
        groups = f'<td colspan="2"></td><th colspan="4" scope="colgroup">{one}</th>'
        groups += f'<th colspan="4" scope="colgroup">{other}</th><td colspan="2"></td>'
        names = ("problem", "mechanism", *COLUMNS, *COLUMNS, *HEADS[-2:])
        heads = "".join(f'<th scope="col">{name}</th>' for name in names)
        body = "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in self.rows)
        head = f"<thead><tr>{groups}</tr><tr>{heads}</tr></thead>"
        return f"<table>{head}<tbody>{body}</tbody></table>"


def table(
    problems: Mapping[str, Mapping[str, Programs]],
    smaller: Mapping[tuple[str, str], Programs] | None = None,
) -> Table:
    """Runs each problem on each mechanism twice, and explores it, or one that is `smaller`."""
    other = smaller or {}
    return Table(
        tuple(
            Row(
                problem,
                mechanism,
                cost_of(programs, in_order),
                cost_of(programs, in_turns),
                explore(other.get((problem, mechanism), programs)),
            )
            for problem, by in problems.items()
            for mechanism, programs in by.items()
        )
    )


def cost_of(programs: Programs, schedule: Callable[[Run], Iterator[int]]) -> Cost:
    """What the processes cost, without the beginning and their exits."""
    run = Run(programs)
    for p in schedule(run):
        run.turn(p)
    accounts = (one.proc.costs for one in run.members)
    return total(cost for costs in accounts for name, cost in costs.items() if name != "exit")


def in_turns(run: Run) -> Iterator[int]:
    """A turn for each, round and round, until nobody can have one."""
    while not run.over():
        for p in range(len(run.members)):
            if run.can(p):
                yield p


def in_order(run: Run) -> Iterator[int]:
    """The first that can have a turn."""
    while not run.over():
        yield next(p for p in range(len(run.members)) if run.can(p))


def _cells(row: Row) -> Iterator[str]:
    problem, mechanism, *others = row.cells()
    yield f'<th scope="row">{escape(problem)}</th><td>{escape(mechanism)}</td>'
    for words in others:
        yield f"<td>{stressed(words)}</td>"
