"""The search that a claim needs: of a lock for so many processors, or of a setting."""

from __future__ import annotations

from pathlib import Path

from autograder.exercise import Exercise
from autograder.interleavings.calls import Ask
from autograder.interleavings.claims import Claim
from autograder.interleavings.findings import Finding, find
from autograder.interleavings.systems import SystemFinding, find_system, setting
from autograder.interleavings.told import ToldLock

OPEN_STATES = 400  # of a processor, where nothing is lost if not all is found out
Found = Finding | SystemFinding


def found(
    exercise: Exercise,
    claim: Claim,
    claims: list[Claim],
    ask: Ask,
    suites: Path | None = None,
    example: bool = True,
) -> Found:
    """What the search finds that a claim needs; `ask` asks the submission.

    `example`: with a schedule of what is wrong, which for a lock takes longer than to know it.
    Raises Gone, Wrong or ChildFailed where there is no answer that is one.
    """
    if claim.setting:
        one = setting(exercise.setting(claim.setting, suites))
        return find_system(one, exercise.functions, exercise.operations, exercise.sleepless, ask)
    n = claim.processors
    open_ = all(one.open for one in claims if one.search() == claim.search())
    most = OPEN_STATES if open_ else None
    return find(n, claims, lambda: ToldLock(n, exercise.operations, ask, most), example)
