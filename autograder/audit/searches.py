"""Runs mutants of code over cells through the claims of a suite, here: no sandbox is needed.

The mutants are of our own making, and the explorer bounds what it runs by instructions, states and
cells, so that whatever a mutant does the answer is the same each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Self

from autograder.audit.runs import Kill
from autograder.exercise import Exercise
from autograder.interleavings.calls import Gone
from autograder.interleavings.claims import Claim, load
from autograder.interleavings.findings import broken_need
from autograder.interleavings.grading import judged
from autograder.interleavings.here import Asked, NotLoaded, asking
from autograder.interleavings.looking import Found, found
from autograder.interleavings.told import Wrong
from autograder.sandbox import BadAnswer, ChildFailed

FURTHER = "further.json"  # claims on more processors: what is equivalent keeps these as well
FAILED = (Gone, Wrong, NotLoaded)


class Searches:
    """The claims of one exercise, and how a source is held against them."""

    def __init__(self, exercise: Exercise, suite: Sequence[Claim], suites: Path | None) -> None:
        self.exercise, self.suite, self.suites = exercise, suite, suites

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def kills(self, source: str, most: int = 1) -> list[Kill]:
        """The first claims that do not hold for this source, `most` at most."""
        return self.broken(source, self.suite, most)

    def further(self, source: str) -> list[Kill]:
        """The first of the further claims that does not hold."""
        return self.broken(source, further(self.exercise), 1)

    def broken(self, source: str, claims: Sequence[Claim], most: int) -> list[Kill]:
        """A claim that says nothing, since one that it needs is broken, is not counted."""
        kills: list[Kill] = []
        held: dict[str, bool] = {}
        for claim, kind in self.kinds(source, claims):
            held[claim.id] = kind == "pass"
            if kind != "pass" and broken_need(claim, held, claims) is None:
                kills.append(Kill(claim.id, claim.topic, kind))
            if len(kills) == most:
                break
        return kills

    def kinds(self, source: str, claims: Sequence[Claim]) -> Iterator[tuple[Claim, str]]:
        """What becomes of each claim, as the grader judges it."""
        try:
            ask: Asked | None = asking([source], self.exercise)
        except FAILED:
            ask = None
        known: dict[str | int, Found | ChildFailed] = {}
        for claim in claims:
            if claim.search() not in known:
                known[claim.search()] = self.look(claim, claims, ask)
            yield claim, judged(claim, known[claim.search()])[0]

    def look(self, claim: Claim, claims: Sequence[Claim], ask: Asked | None) -> Found | ChildFailed:
        """What the search for a claim finds."""
        if ask is None:
            return BadAnswer("The functions cannot be had.")
        try:
            return found(self.exercise, claim, list(claims), ask, self.suites)
        except FAILED as error:
            return BadAnswer(str(error))


def further(exercise: Exercise) -> list[Claim]:
    """The claims that only the audit looks at, of what is said to be equivalent."""
    path = exercise.folder / FURTHER
    return load(path) if path.is_file() else []


def depends(exercise: Exercise, suite: Sequence[Claim], suites: Path | None) -> list[str]:
    """All that the answer depends on, but for the sources: claims, settings, what is allowed."""
    claims = [*suite, *further(exercise)]
    parts = [repr(asdict(claim) | {"why": "", "fact": ""}) for claim in claims]
    names = sorted({claim.setting for claim in claims if claim.setting})
    parts += [exercise.setting(name, suites).read_text(encoding="utf-8") for name in names]
    return [*parts, repr((exercise.functions, exercise.operations, exercise.sleepless))]
