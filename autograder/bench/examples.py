"""`kernelbook bench --examples`: has every wrong answer one, how small is it, how long it takes.

What is timed is processor time, of this process and of all that it started, so that whatever else
the machine does does not count. It is the work of a grading: up to three failing cases are tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from autograder.exercise import SCENARIOS, Exercise, exercises
from autograder.grading import Grading
from autograder.servers import server
from autograder.session import Session, one_processor
from kernel_model.scenario import Scenario

from .measure import Figure

LONG = 6  # calls that an example may have in the median
SLOW = 3.0  # seconds that its search may take
TICKS = os.sysconf("SC_CLK_TCK")  # of processor time, a second


@dataclass(frozen=True, slots=True)
class Shown:
    """What becomes of one wrong answer."""

    exercise: str
    name: str
    verdict: str
    calls: list[str] | None  # of its example; None: it has none
    seconds: float  # of processor time that the search for it took


class Timed(Grading):
    """A grading that knows what its examples took."""

    seconds = 0.0

    def example(
        self, scenario: Scenario, rule: str, endless: bool, hidden: list[Scenario]
    ) -> dict[str, Any] | None:
        """The same example."""
        before = worked()
        try:
            return super().example(scenario, rule, endless, hidden)
        finally:
            self.seconds += worked() - before


def shown(one: Exercise, name: str, source: str) -> Shown:
    """Grades a wrong answer, and keeps what it is told."""
    with one_processor() as place:
        grading = Timed(one, Session(one.name, [source], server(one.name), place))
        try:
            grade = grading.grade(one.visible(), one.hidden())
        finally:
            grading.session.close()
    found = grade.counterexample
    calls = None if found is None else list(found["calls"])
    return Shown(one.name, name, grade.verdict, calls, grading.seconds)


def every(step: int = 1, tell: Callable[[Shown], None] = lambda _: None) -> list[Shown]:
    """What becomes of each `step`th mutant of every exercise; `tell` hears of it at once."""
    found = []
    for one in exercises():
        if one.kind != SCENARIOS:
            continue
        for name, source in [*one.mutants().items()][::step]:
            found.append(shown(one, name, source))
            tell(found[-1])
    return found


def figures(found: Sequence[Shown]) -> list[Figure]:
    """How many have no example, how many calls it has in the median, how long the slowest took."""
    sizes = [len(one.calls) for one in found if one.calls is not None]
    of = f"of {len(found)} mutants"
    return [
        Figure(f"without a counterexample, {of}", len(found) - len(sizes), None, 0, unit="mutants"),
        Figure(f"calls of a counterexample, median {of}", median(sizes), None, LONG, unit="calls"),
        Figure(f"the slowest search for one, {of}", max(one.seconds for one in found), None, SLOW),
    ]


def lines_of(found: Sequence[Shown]) -> list[str]:
    """A line for each exercise, and one for each mutant that stands out."""
    lines = [f"{'exercise':12} {'mutants':>8} {'median':>7} {'longest':>8} {'slowest':>9}"]
    for name in dict.fromkeys(one.exercise for one in found):
        own = [one for one in found if one.exercise == name]
        sizes = [len(one.calls) for one in own if one.calls is not None] or [0]
        slowest = f"{max(one.seconds for one in own):.2f} s"
        lines.append(f"{name:12} {len(own):8} {median(sizes):7g} {max(sizes):8} {slowest:>9}")
    lines += [f"NONE  {one.exercise} {one.name} ({one.verdict})" for one in found if not one.calls]
    slow = [one for one in found if one.seconds > SLOW]
    return lines + [f"SLOW  {one.exercise} {one.name}: {one.seconds:.2f} s" for one in slow]


def worked() -> float:
    """Seconds of processor time of this process and of all below it, those that ended as well."""
    return sum(map(ticks, family(os.getpid()))) / TICKS


def family(pid: int) -> list[int]:
    """A process and all that it started, as far as they are there."""
    found = [pid]
    for one in found:  # which grows
        try:
            tasks = [*Path(f"/proc/{one}/task").iterdir()]
            below = [(task / "children").read_text().split() for task in tasks]
        except OSError:  # it has ended meanwhile
            continue
        found += [int(child) for some in below for child in some]
    return found


def ticks(pid: int) -> int:
    """Of a process, and of those below it that it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))
