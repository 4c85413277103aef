"""The audit of the hidden suites: does every way of being wrong lose points?

From each exercise's solution mutants are made by machine, each wrong in one place; those written
by hand join them. They run in the sandbox, as submissions do. A mutant is killed when a hidden case
fails. One that survives is equivalent, with a reason in `exercises/<name>/equivalent.toml`, or it
shows a hole in the suite.

    audit(exercise)     runs all of them
    plan(exercise)      what would run, and the digest of all that the result depends on
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.audit import equivalent
from autograder.audit.mutants import Mutant, mutants_of
from autograder.audit.result import Audit, Verdict
from autograder.audit.runs import Runs
from autograder.audit.source import digest, solution, submission
from autograder.exercise import Exercise
from kernel_model.scenario import Scenario

BY_HAND = "by hand"
ENOUGH = 2  # cases that kill a mutant; then none of them is the only one


@dataclass(frozen=True)
class Plan:
    """The mutants of an exercise and the suite that they run through."""

    exercise: Exercise
    suite: list[Scenario]
    mutants: list[Mutant]
    reasons: dict[str, str]  # why some are equivalent
    digest: str


def plan(exercise: Exercise, suites: Path | None = None) -> Plan:
    """What an audit would run; raises ValueError where `equivalent.toml` is not true any more."""
    suite = exercise.hidden(suites)
    every = [*mutants_of(solution(exercise)), *written(exercise)]
    reasons = equivalent.reasons(exercise, {one.name for one in every})
    parts = [json.dumps({**one.to_json(), **dict.fromkeys(one.notes)}) for one in suite]
    parts += [part for one in every for part in (one.name, one.source)]
    return Plan(exercise, suite, every, reasons, digest(*parts, json.dumps(reasons)))


def written(exercise: Exercise) -> list[Mutant]:
    """The mutants that were written by hand."""
    found = []
    for name, text in exercise.mutants().items():
        change = f"{name}: {text.splitlines()[0].strip(chr(34))}"
        found.append(Mutant(f"{BY_HAND}: {name}", BY_HAND, 0, change, text))
    return found


def audit(
    exercise: Exercise,
    suites: Path | None = None,
    *,
    allow_unisolated: bool = False,
    choose: Callable[[list[Mutant]], Iterable[Mutant]] = iter,
) -> Audit:
    """Runs the mutants of an exercise, or those that `choose` picks, through its hidden suite.

    Raises ValueError when the solution itself fails a case, and when a mutant that is said to be
    equivalent fails one (in the exercise's own suite: another one may tell more).
    """
    start = time.perf_counter()
    todo = plan(exercise, suites)
    verdicts = []
    with Runs(exercise.name, todo.suite, allow_unisolated) as runs:
        for kill in runs.kills(submission(solution(exercise))):
            raise ValueError(f"{exercise.name}: the solution itself fails {kill.case}")
        for one in choose(todo.mutants):
            reason = todo.reasons.get(one.name, "")
            kills = tuple(runs.kills(one.source, ENOUGH))
            if reason and kills and suites is None:
                raise ValueError(
                    f"{exercise.folder / equivalent.FILE}: {one.name!r} is not equivalent: "
                    f"the case {kills[0].case} fails; take it out"
                )
            verdicts.append(Verdict(one, kills, reason))
    return Audit(
        exercise.name,
        todo.digest,
        tuple(scenario.id for scenario in todo.suite),
        tuple(exercise.rules),
        tuple(verdicts),
        time.perf_counter() - start,
    )
