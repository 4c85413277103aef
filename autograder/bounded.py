"""Runs of a submission in which no loop is endless, to find a small example of one that is.

Every loop of the cells counts its rounds, and all of one kernel together have so many. What they
do otherwise is the same. Nothing of these runs decides a grade.
"""

from __future__ import annotations

from typing import Any

from autograder import loops
from kernel_model.targets import Outcome, Target

ROUNDS = 10_000  # of all loops in one run; a right answer needs some hundred in a small one
SAID: Outcome = {"raised": "it does not come to an end", "clause": True}


def bounded(cells: list[str]) -> list[str]:
    """The cells with all their loops bounded together; one that is no Python stays as it is."""
    return [loops.counter(ROUNDS), *map(counted, cells)]


def counted(source: str) -> str:
    """The source with every loop counting its rounds; as it is, if it is no Python."""
    try:
        return loops.counted(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source


class Bounded:
    """The kernel of bounded cells, as a target: who used up its rounds did not come to an end."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """One stimulus."""
        return said(self.target.call(proc, call, args))

    def finished(self, proc: str) -> Outcome | None:
        """The outcome of a call that slept."""
        outcome = self.target.finished(proc)
        return None if outcome is None else said(outcome)


def said(outcome: Outcome) -> Outcome:
    """The outcome, in our words where a loop was stopped."""
    return SAID if str(outcome.get("raised", "")).startswith(loops.ENDLESS) else outcome
