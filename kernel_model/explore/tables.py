"""All processors and all cells as one integer, and every step as an addition.

A global state is a number in mixed radix: a digit for each processor (the class of states that it
is in) and one for each cell that several processors write. A step touches one cell, so it depends
on two digits, and what it adds to the state stands in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel_model.explore.cells import Value
from kernel_model.explore.closure import BEYOND, Closure, Move
from kernel_model.explore.effects import blocks
from kernel_model.explore.local import Pending, Phase
from kernel_model.explore.minimise import Minimal, minimise
from kernel_model.explore.scripts import END

OVER = None  # the step writes more different values than are looked at
NEVER = Move(BEYOND, None)  # what is never found there


@dataclass(frozen=True, slots=True)
class Row:
    """What a processor does in one class of states: it looks at a digit, and adds."""

    base: int  # the digit's weight
    size: int  # and how many values it has
    adds: list[int | None]  # by the digit's value
    waits: list[bool]  # by the digit's value: the step cannot be made (and adds 0)


@dataclass(frozen=True, slots=True)
class Digits:
    """One processor in the tables."""

    procid: int
    base: int  # its digit's weight
    size: int  # how many classes it has
    rows: list[Row]  # by class
    phases: list[Phase]
    wrote: list[bool]  # has it written in this attempt?
    doing: list[Pending]  # what it does next
    own: list[tuple[Value, ...]]  # what the cells hold that it alone writes


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that a search needs."""

    processors: list[Digits]
    first: int  # the state at the beginning
    size: int  # states are less than this
    cells: dict[int, int]  # a cell that several write -> its digit's weight

    def over(self) -> bool:
        """Can a step write more values than are looked at?"""
        return any(OVER in row.adds for one in self.processors for row in one.rows)

    def may_wait(self) -> bool:
        """Is there a step that cannot always be made?"""
        return any(True in row.waits for one in self.processors for row in one.rows)


class _Maker:
    """Makes the tables of a closure."""

    def __init__(self, closure: Closure) -> None:
        self.closure = closure
        self.minimal: list[Minimal] = [minimise(one) for one in closure.closed]
        self.bases: list[int] = []
        weight = 1
        for minimal in self.minimal:
            self.bases.append(weight)
            weight *= len(minimal.one)
        self.cells: dict[int, int] = {}  # a cell that several write -> its digit's weight
        for cell, domain in enumerate(closure.domains):
            if len(domain) > 1 and not any(cell in one.owned for one in closure.closed):
                self.cells[cell] = weight
                weight *= len(domain)
        self.size = weight

    def tables(self) -> Tables:
        """The tables."""
        made = []
        for p, one in enumerate(self.closure.closed):
            of = self.minimal[p].one
            doing = [one.pending(state) for state in of]
            made.append(
                Digits(
                    one.local.procid,
                    self.bases[p],
                    len(of),
                    [self._row(p, number) for number in range(len(of))],
                    [at.phase for at in doing],
                    [one.states[state].wrote for state in of],
                    doing,
                    [one.states[state].own for state in of],
                )
            )
        # every first class and every first value is number 0
        return Tables(made, 0, self.size, self.cells)

    def _row(self, p: int, number: int) -> Row:
        base, values = self._looks(p, number)
        doing = self.closure.closed[p].pending(self.minimal[p].one[number])
        waits = [doing.kind == END or blocks(doing.kind, doing.args, found) for found in values]
        return Row(base, len(values), [self._add(p, number, found) for found in values], waits)

    def _looks(self, p: int, number: int) -> tuple[int, list[Value]]:
        """The weight of the digit that a class looks at, and what it finds by its value."""
        one = self.closure.closed[p]
        state = self.minimal[p].one[number]
        cell = one.pending(state).cell
        if cell is None or cell in one.owned:
            return 1, [next(iter(one.moves[state]), None)]
        if cell in self.cells:
            return self.cells[cell], list(self.closure.domains[cell])
        for o, other in enumerate(self.closure.closed):
            if cell in other.owned:
                at = other.owned.index(cell)
                return self.bases[o], [other.states[there].own[at] for there in self.minimal[o].one]
        return 1, [next(iter(self.closure.domains[cell]))]

    def _add(self, p: int, number: int, found: Value) -> int | None:
        """What the step of a class adds to the state when it finds that value."""
        minimal, one = self.minimal[p], self.closure.closed[p]
        doing = one.pending(minimal.one[number])
        to, new = one.moves[minimal.one[number]].get(found, NEVER)
        if to == BEYOND:
            return OVER
        add = (minimal.of[to] - number) * self.bases[p]
        if doing.cell is not None and doing.cell in self.cells:
            codes = self.closure.domains[doing.cell]
            add += (codes[new] - codes[found]) * self.cells[doing.cell]
        return add


def make_tables(closure: Closure) -> Tables:
    """The tables of all processors, minimised."""
    return _Maker(closure).tables()


def merged(tables: Tables) -> Tables:
    """The same with the first step of Pprim taken together with the decision to begin.

    A schedule shows what is done to cells, so the shortest one is found here. A Pprim without any
    step on a cell keeps its beginning: there is nothing to take it together with.
    """
    return replace(tables, processors=[_merged(one) for one in tables.processors])


def _merged(one: Digits) -> Digits:
    rows: list[Row] = []
    for number, row in enumerate(one.rows):
        begin = row.adds[0]
        if one.phases[number] is Phase.OUTSIDE and begin is not None:
            after = number + begin // one.base
            if one.phases[after] is Phase.TRYING:
                first = one.rows[after]
                adds = [add if add is None else begin + add for add in first.adds]
                row = Row(first.base, first.size, adds, first.waits)
        rows.append(row)
    return replace(one, rows=rows)


def digit(states: Sequence[int], base: int, size: int) -> list[int]:
    """One digit of each state."""
    return [state // base % size for state in states]
