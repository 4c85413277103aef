"""Runs mutants through the cases of a suite, in the sandbox that grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from autograder.exercise import exercise
from autograder.loops import ENDLESS, counted, counter
from autograder.sandbox import Child, ChildFailed, ChildLooped, Limits
from autograder.servers import server
from autograder.student import StudentTarget
from kernel_model.invariants import broken
from kernel_model.scenario import Result, Scenario, run

LIMITS = Limits(cpu=2, wall=60.0)  # of a child, which runs the whole suite
DEADLINE = 20.0  # seconds for one answer, on a machine that may be busy
ROUNDS = 50_000  # of all loops of a mutant in one case; a right answer needs up to 5_000
COUNTER = f"from kernel_model import *\n{counter(ROUNDS)}"


@dataclass(frozen=True)
class Kill:
    """A case that fails."""

    case: str
    rule: str
    how: str  # fail, raised, table, endless or died


class Runs:
    """The sandbox of one exercise, and how it is asked."""

    def __init__(self, exercise: str, suite: Sequence[Scenario], loose: bool = False) -> None:
        self.exercise = exercise
        self.suite = suite
        self.sandbox = server(exercise, loose)
        self.child: Child | None = None
        self.cells: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child that is left."""
        if self.child is not None:
            self.child.close()
            self.child = None

    def kills(self, source: str, most: int = 1) -> list[Kill]:
        """The first cases of the suite that fail with this source, `most` at most.

        A source that cannot be loaded fails every case.
        """
        self.close()
        self.cells = [COUNTER, counted(source)]
        found: list[Kill] = []
        for scenario in self.suite:
            if len(found) == most:
                break
            how = self._failure(scenario)
            if how is not None:
                found.append(Kill(scenario.id, scenario.topic, how))
        self.close()
        return found

    def further(self, source: str) -> list[Kill]:
        """None: beyond the suite there is nothing that a mutant is held against."""
        return []

    def _failure(self, scenario: Scenario) -> str | None:
        """How the case fails; None if it passes."""
        child = self._loaded()
        if child is None:
            return "died"
        target = StudentTarget(child, DEADLINE)
        result = run(scenario, target)
        if target.failure is not None:
            self.close()
        return failure(result, target.failure)

    def _loaded(self) -> Child | None:
        """The child that has the source; a new one after one that failed."""
        if self.child is None:
            self.child = self.sandbox.child(LIMITS)
            try:
                request = {"load": self.cells, "names": list(exercise(self.exercise).functions)}
                answer: Any = self.child.ask(request, DEADLINE)
            except ChildFailed:
                answer = {}
            if answer.get("ok") is not True:
                self.close()
        return self.child


def failure(result: Result, lost: ChildFailed | None) -> str | None:
    """How a case failed, as the oracle counts it: also when only a table is broken."""
    if lost is not None:
        return "endless" if isinstance(lost, ChildLooped) else "died"
    if isinstance(result.got, dict) and "raised" in result.got:
        return "endless" if ENDLESS in str(result.got["raised"]) else "raised"
    if result.verdict != "pass":
        return "fail"
    damaged = any(broken(entry["view"]) for entry in result.record["steps"])
    return "table" if damaged else None
