"""What the page walks through: every processor's automaton, whole, over the same cells.

An automaton is small where the interleavings are many, so the page gets the automata and follows
any schedule by itself. Where a processor stands, and what it finds in its cell, say what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kernel_model.explore.cells import Value
from kernel_model.explore.closure import BEYOND, Closed, Closure
from kernel_model.explore.effects import blocks
from kernel_model.explore.local import Pending, Phase
from kernel_model.explore.minimise import minimise
from kernel_model.explore.schedule import Counterexample, shown
from kernel_model.explore.scripts import END
from kernel_model.view.interleavings.sentences import (
    PHASES,
    PROGRAM,
    WAITS,
    coming,
    sentence,
)

Turns = list[int]  # whose turn it is, one place of a processor a step


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a processor stands."""

    phase: str  # outside, trying, inside, leaving; running, ended; failed
    line: int | None  # that it is about to run
    coming: str  # what it does next, as code
    cell: int | None  # that it looks at
    kind: int  # which places nobody can tell apart have the same
    waits: str  # what it does when it cannot go on: asleep, waiting


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where everybody stands, and what all cells hold."""

    stands: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(slots=True)
class Machine:
    """Processors and cells at the beginning, with what is known of all their interleavings."""

    cells: list[str]
    first: list[str]
    members: list[Member]
    shared: list[int]  # cells that say something that no processor's stand says
    values: list[Mapping[str, Value]]  # of each cell: what a text stands for
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

    def phase(self, place: Place, p: int) -> str:
        """Where processor p is, or how it waits."""
        stand = self.at(place, p)
        return stand.phase if not stand.waits or self.move(place, p) else stand.waits

    def key(self, place: Place) -> str:
        """The state as the explorer counts it."""
        kinds = [str(self.at(place, p).kind) for p in range(len(self.members))]
        return f"{','.join(kinds)}|{','.join(place.values[cell] for cell in self.shared)}"

    def inside(self, place: Place) -> int:
        """How many processors are in their critical sections."""
        phases = [self.at(place, p).phase for p in range(len(self.members))]
        return phases.count("inside")

    def levels(self, most: int) -> list[dict[str, Place]] | None:
        """All states by the fewest turns that lead to them; None: more than so many."""
        levels = [{self.key(self.start()): self.start()}]
        seen = set(levels[0])
        while levels[-1]:
            after: dict[str, Place] = {}
            for place in levels[-1].values():
                for p in range(len(self.members)):
                    there = self.turn(place, p)
                    after.setdefault(self.key(there), there)
            levels.append({key: place for key, place in after.items() if key not in seen})
            seen |= set(after)
            if len(seen) > most:
                return None
        return levels[:-1]


def machine_of(
    closure: Closure, cells: Sequence[str], found: Counterexample | None, lock: bool
) -> Machine:
    """The machine of a lock, or of programs, with a schedule that breaks it if there is one."""
    owned = {cell for one in closure.closed for cell in one.owned}
    made = Machine(
        list(cells),
        [shown(value) for value in closure.first],
        [_member(one, cells, lock) for one in closure.closed],
        [n for n, domain in enumerate(closure.domains) if len(domain) > 1 and n not in owned],
        [{shown(value): value for value in domain} for domain in closure.domains],
    )
    if found is not None:
        made.stem, made.cycle = _turns(made, found)
    return made


def _member(one: Closed, cells: Sequence[str], lock: bool) -> Member:
    who, kinds = str(one.local.procid), minimise(one).of
    made = Member(who)
    for number, moves in enumerate(one.moves):
        doing = one.pending(number)
        cell = "" if doing.cell is None else cells[doing.cell]
        phase = (PHASES if lock else PROGRAM)[doing.phase]
        waits = WAITS.get(doing.kind, "") if phase == "running" else ""
        told = coming(doing, cell)
        made.stands.append(Stand(phase, doing.line, told, doing.cell, kinds[number], waits))
        made.moves.append(
            {
                "" if doing.cell is None else shown(found): Move(
                    to, shown(new), sentence(who, doing, cell, found, one.pending(to).phase)
                )
                for found, (to, new) in moves.items()
                if to != BEYOND and not _stays(doing, found)
            }
        )
    return made


def _stays(doing: Pending, found: Value) -> bool:
    """Can the step not be made?"""
    if doing.phase is Phase.BROKEN or doing.kind == END:
        return True
    return doing.cell is not None and blocks(doing.kind, doing.args, found)


def _turns(machine: Machine, found: Counterexample) -> tuple[Turns, Turns]:
    """A counterexample as turns; the explorer's steps leave out who begins, the page does not."""
    names = [member.name for member in machine.members]
    place, parts = machine.start(), []
    for steps in (found.stem, found.cycle):
        turns: Turns = []
        for step in steps:
            p = names.index(str(step.processor))
            stand = machine.at(place, p)
            if step.op == "enter" and stand.phase == "inside":
                continue  # the step before took it inside
            if stand.phase == "outside":
                turns.append(p)
                place = machine.turn(place, p)
                if step.op == "enter":
                    continue
            turns.append(p)
            place = machine.turn(place, p)
        parts.append(turns)
    if found.property == "error":  # the step that fails has not always been made
        parts[0] += [p for p in range(len(names)) if _fails(machine, place, p)][:1]
    return parts[0], parts[1]


def _fails(machine: Machine, place: Place, p: int) -> bool:
    """Is the next step of a processor the one that fails?"""
    stand = machine.at(machine.turn(place, p), p)
    return stand.phase == "failed" and machine.at(place, p).phase != "failed"
