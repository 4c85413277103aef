"""What the page walks through: every processor's automaton, whole, over the same cells.

An automaton is small where the interleavings are many, so the page gets the automata and follows
any schedule by itself. Where a processor stands, and what it finds in its cell, say what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kernel_model.explore.closure import BEYOND, Closed
from kernel_model.explore.engines import engine_for
from kernel_model.explore.local import START, Phase
from kernel_model.explore.minimise import minimise
from kernel_model.explore.report import Report
from kernel_model.explore.schedule import Counterexample
from kernel_model.explore.tables import Tables
from kernel_model.explore.verdict import Check
from kernel_model.view.interleavings.sentences import coming, sentence, shown

Turns = list[int]  # whose turn it is, one place of a processor a step


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a processor stands."""

    phase: Phase
    line: int | None  # that it is about to run
    coming: str  # what it does next, as code
    cell: int | None  # that it looks at
    kind: int  # which places nobody can tell apart have the same


@dataclass(frozen=True, slots=True)
class Move:
    """A step."""

    to: int  # where it leads
    new: str  # what the cell holds then
    text: str  # what happened, in a sentence


@dataclass(slots=True)
class Member:
    """One processor: its stands, and its moves from each by the value that it finds."""

    name: str
    stands: list[Stand] = field(default_factory=list)
    moves: list[dict[str, Move]] = field(default_factory=list)


@dataclass(slots=True)
class Machine:
    """Processors and cells at the beginning, with what is known of all their interleavings."""

    cells: list[str]
    first: list[str]
    members: list[Member]
    report: Report
    shared: list[int]  # cells that say something that no processor's stand says
    stem: Turns = field(default_factory=list)  # a shortest schedule into what is wrong
    cycle: Turns = field(default_factory=list)  # what goes on for ever after it

    def start(self) -> Place:
        """The beginning."""
        return Place((0,) * len(self.members), tuple(self.first))

    def move(self, place: Place, p: int) -> Move | None:
        """What processor p does in its turn; None: it can do nothing."""
        stand, moves = self.at(place, p), self.members[p].moves[place.stands[p]]
        return moves.get("" if stand.cell is None else place.values[stand.cell])

    def turn(self, place: Place, p: int) -> Place:
        """Where everybody stands after the turn of processor p."""
        move, cell = self.move(place, p), self.at(place, p).cell
        if move is None:
            return place
        values = list(place.values)
        if cell is not None:
            values[cell] = move.new
        stands = (*place.stands[:p], move.to, *place.stands[p + 1 :])
        return Place(stands, tuple(values))

    def places(self, turns: Iterable[int]) -> list[Place]:
        """All places that a schedule comes through, the first one included."""
        found = [self.start()]
        for p in turns:
            found.append(self.turn(found[-1], p))
        return found

    def at(self, place: Place, p: int) -> Stand:
        """Where processor p stands."""
        return self.members[p].stands[place.stands[p]]

    def key(self, place: Place) -> str:
        """The state as the explorer counts it."""
        kinds = [str(self.at(place, p).kind) for p in range(len(self.members))]
        return f"{','.join(kinds)}|{','.join(place.values[cell] for cell in self.shared)}"

    def inside(self, place: Place) -> int:
        """How many processors are in their critical sections."""
        phases = [self.at(place, p).phase for p in range(len(self.members))]
        return phases.count(Phase.INSIDE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where everybody stands, and what all cells hold."""

    stands: tuple[int, ...]
    values: tuple[str, ...]


def machine_of(check: Check) -> Machine:
    """The machine of a lock that has been checked."""
    closure, cells = check.closure, [str(cell) for cell in check.lock.cells]
    owned = {cell for one in closure.closed for cell in one.owned}
    made = Machine(
        cells,
        [shown(value) for value in closure.first],
        [_member(one, cells) for one in closure.closed],
        check.report,
        [n for n, domain in enumerate(closure.domains) if len(domain) > 1 and n not in owned],
    )
    found = check.report.counterexample
    if found is not None:
        names = [member.name for member in made.members]
        made.stem, made.cycle = _turns(made, found, names)
    return made


def states(check: Check, most: int) -> list[list[int]] | None:
    """All states by level, as numbers of the explorer; None: more than so many."""
    if check.report.states > most:
        return None
    found = engine_for(check.tables, "plain").search(most)
    return [sorted(level) for level in found.levels]


def key_of(state: int, tables: Tables, check: Check, machine: Machine) -> str:
    """The key that `Machine.key` gives a state of the explorer."""
    kinds, weight = [], 1
    for one in tables.processors:
        kinds.append(str(state // one.base % one.size))
        weight = one.base * one.size
    values = []
    for cell in machine.shared:
        domain = list(check.closure.domains[cell])
        values.append(shown(domain[state // weight % len(domain)]))
        weight *= len(domain)
    return f"{','.join(kinds)}|{','.join(values)}"


def _member(one: Closed, cells: Sequence[str]) -> Member:
    who, kinds = str(one.local.procid), minimise(one).of
    made = Member(who)
    for number, moves in enumerate(one.moves):
        doing = one.pending(number)
        cell = "" if doing.cell is None else cells[doing.cell]
        line = None if doing.kind == START else doing.line
        made.stands.append(Stand(doing.phase, line, coming(doing, cell), doing.cell, kinds[number]))
        made.moves.append(
            {
                "" if doing.cell is None else shown(found): Move(
                    to, shown(new), sentence(who, doing, cell, found, one.pending(to).phase)
                )
                for found, (to, new) in moves.items()
                if to != BEYOND and doing.phase is not Phase.BROKEN
            }
        )
    return made


def _turns(machine: Machine, found: Counterexample, names: Sequence[str]) -> tuple[Turns, Turns]:
    """A counterexample as turns; the explorer's steps leave out who begins, the page does not."""
    place, parts = machine.start(), []
    for steps in (found.stem, found.cycle):
        turns: Turns = []
        for step in steps:
            p = names.index(str(step.processor))
            phase = machine.at(place, p).phase
            if step.op == "enter" and phase is Phase.INSIDE:
                continue
            if phase is Phase.OUTSIDE:
                turns.append(p)
                place = machine.turn(place, p)
                if step.op == "enter":
                    continue
            turns.append(p)
            place = machine.turn(place, p)
        parts.append(turns)
    if found.property == "error":  # the step that fails has not been made
        parts[0] += [p for p in range(len(names)) if _fails(machine, place, p)][:1]
    return parts[0], parts[1]


def _fails(machine: Machine, place: Place, p: int) -> bool:
    """Is the next step of a processor the one that fails?"""
    return machine.at(machine.turn(place, p), p).phase is Phase.BROKEN
