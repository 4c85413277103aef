"""What is looked at in every state: failures, two inside, and what must hold of the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import LockError, Record, Shared, Value, seen
from kernel_model.explore.closure import Closure
from kernel_model.explore.engines import Engine
from kernel_model.explore.plain import Aspect, Stop
from kernel_model.explore.scripts import END, Phase
from kernel_model.explore.systemfile import Check, System
from kernel_model.explore.tables import Tables


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a state."""

    property: str  # error, mutex, invariant, final
    state: int
    name: str = ""  # of the function that found it
    why: str = ""


class Valuation:
    """All that states show of the cells, as one number: equal numbers, equal values."""

    def __init__(self, memory: Shared, closure: Closure, tables: Tables) -> None:
        self.memory, self.closure = memory, closure
        self.aspects: list[Aspect] = []
        self.shown: list[tuple[int, list[int], list[tuple[Value, ...]]]] = []
        self.weight = 1
        for one, closed in zip(tables.processors, closure.closed, strict=True):
            self._add(one.base, one.own, closed.owned)
        for cell, base in tables.cells.items():
            self._add(base, [(value,) for value in closure.domains[cell]], [cell])
        self.everyone = len(tables.processors)
        for one in tables.processors:
            numbers = [self.weight * (at.kind == END) for at in one.doing]
            self.aspects.append((one.base, one.size, numbers))

    def _add(self, base: int, held: Sequence[tuple[Value, ...]], cells: list[int]) -> None:
        """A digit that shows what some cells hold."""
        index = {values: number for number, values in enumerate(dict.fromkeys(held))}
        self.aspects.append((base, len(held), [self.weight * index[one] for one in held]))
        self.shown.append((self.weight, cells, list(index)))
        self.weight *= len(index)

    def of(self, state: int) -> int:
        """The number of a state."""
        return sum(numbers[state // base % size] for base, size, numbers in self.aspects)

    def ended(self, number: int) -> bool:
        """Have all programs ended?"""
        return number // self.weight == self.everyone

    def values(self, number: int) -> Record:
        """The memory with values in place of its cells."""
        held = list(self.closure.first)
        for weight, cells, values in self.shown:
            found = values[number // weight % len(values)]
            for cell, value in zip(cells, found, strict=True):
                held[cell] = value
        return seen(self.memory, held)


class Watch:
    """Looks at one level after the other, until something is wrong."""

    def __init__(self, system: System, valuation: Valuation) -> None:
        self.invariants, self.finals = system.checks("invariants"), system.checks("finals")
        self.valuation = valuation
        self.good: set[int] = set()  # numbers of values of which all holds
        self.finding: Finding | None = None

    def on(self, engine: Engine) -> Stop:
        """What an engine asks about each level."""

        def look(level: Sequence[int]) -> bool:
            self.finding = self.look(engine, level)
            return self.finding is not None

        return look

    def look(self, engine: Engine, level: Sequence[int]) -> Finding | None:
        """What is wrong in a level: the same for all engines, of several the first named here."""
        for name, phase in (("error", Phase.BROKEN), ("mutex", Phase.INSIDE)):
            state = engine.bad(level, phase)
            if state is not None:
                return Finding(name, state)
        if not self.invariants and not self.finals:
            return None
        worst: Finding | None = None
        for number, state in engine.distinct(level, self.valuation.aspects).items():
            if number not in self.good:
                found = self.check(number, state)
                if found is None:
                    self.good.add(number)
                elif worst is None or state < worst.state:
                    worst = found
        return worst

    def check(self, number: int, state: int) -> Finding | None:
        """What is wrong with the values of a state."""
        looked = self.valuation.values(number)
        for check in self.invariants:
            why = failed(check, looked)
            if why is not None:
                return Finding("invariant", state, name_of(check), why)
        for check in self.finals if self.valuation.ended(number) else ():
            why = failed(check, looked)
            if why is not None:
                return Finding("final", state, name_of(check), why)
        return None


def failed(check: Check, looked: Record) -> str | None:
    """What a function says against the values; None or True: nothing. Raises LockError."""
    try:
        said = bounded(check, looked, by_lines=True)
    except AssertionError as error:
        said = str(error) or False
    except (Exception, SystemExit) as error:
        told = str(error) if isinstance(error, LockError) else f"{type(error).__name__}: {error}"
        raise LockError(f"{name_of(check)}: {told}") from error
    if said is None or said is True:
        return None
    return said if isinstance(said, str) and said else f"{name_of(check)} does not hold"


def name_of(check: Check) -> str:
    """What a function is called in the report."""
    return str(getattr(check, "__name__", check))
