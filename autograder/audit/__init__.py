"""The audit of the hidden suites: does every way of being wrong lose points?

From each exercise's solution mutants are made by machine, each wrong in one place; those written
by hand join them. They run in the sandbox, as submissions do; the explorer looks at those of code
over cells; of scenarios that students write, the wrong kernels that grade them are the cases
(`kernels`). A mutant is killed when a hidden case fails. One that survives is equivalent, with a
reason in `exercises/<name>/equivalent.toml`, or it shows a hole in the suite.

    audit(exercise)     runs all of them
    plan(exercise)      what would run, and the digest of all that the result depends on
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.audit import equivalent, kernels, searches
from autograder.audit.kernels import Kernels
from autograder.audit.mutants import Mutant, mutants_of
from autograder.audit.operators import EVERY, OPERATORS, Operator
from autograder.audit.result import FOUND, Audit, Verdict
from autograder.audit.runs import Runs
from autograder.audit.searches import Searches
from autograder.audit.source import digest, solution, submission
from autograder.exercise import BREAKS, INTERLEAVINGS, Exercise
from autograder.exercise import exercise as exercise_named
from autograder.interleavings.claims import Claim
from kernel_model.scenario import Scenario

BY_HAND = "by hand"
ENOUGH = 2  # cases that kill a mutant; then none of them is the only one


@dataclass(frozen=True)
class Plan:
    """The mutants of an exercise and the suite that they run through."""

    exercise: Exercise
    suite: list[Scenario]
    claims: list[Claim]  # in place of scenarios, of code over cells
    mutants: list[Mutant]
    reasons: dict[str, str]  # why some are equivalent
    digest: str

    def cases(self) -> tuple[str, ...]:
        """The names of all that may fail: scenarios, claims, or kernels that grade."""
        graded = [name for names in self.exercise.kernels().values() for name in names]
        return (*[one.id for one in self.suite], *[one.id for one in self.claims], *graded)


def plan(exercise: Exercise, suites: Path | None = None) -> Plan:
    """What an audit would run; raises ValueError where `equivalent.toml` is not true any more."""
    every = [*made(exercise), *written(exercise)]
    reasons = equivalent.reasons(exercise, {one.name for one in every})
    suite: list[Scenario] = []
    claims: list[Claim] = []
    if exercise.kind == BREAKS:
        parts = kernels.depends(exercise)
    elif exercise.kind == INTERLEAVINGS:
        claims = exercise.hidden_claims(suites)
        parts = searches.depends(exercise, claims, suites)
    else:
        suite = exercise.hidden(suites)
        parts = [bare(one) for one in suite]
    parts += [part for one in every for part in (one.name, one.source)]
    return Plan(exercise, suite, claims, every, reasons, digest(*parts, json.dumps(reasons)))


def bare(case: Scenario) -> str:
    """A case without the words of its notes, and without where it comes from."""
    told = {**case.to_json(), **dict.fromkeys(case.notes)}
    return json.dumps({key: value for key, value in told.items() if key != FOUND})


def made(exercise: Exercise) -> list[Mutant]:
    """The mutants by machine: of its solution, or of the function whose wrong kernels are told."""
    of = about(exercise)
    if of is exercise:
        return mutants_of(solution(exercise), operators(exercise))
    every = mutants_of(solution(of), operators(of))
    same = equivalent.reasons(of, {one.name for one in [*every, *written(of)]})
    return [one for one in every if one.name not in same]


def about(exercise: Exercise) -> Exercise:
    """The exercise whose function it is about: itself, or the one whose wrong kernels are told."""
    return exercise_named(exercise.of) if exercise.kind == BREAKS else exercise


def operators(exercise: Exercise) -> Iterable[Operator]:
    """Those that make mutants of its solution."""
    return (EVERY if exercise.kind == INTERLEAVINGS else OPERATORS).values()


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
    with runs_of(todo, suites, allow_unisolated) as runs:
        right = submission(solution(about(exercise)))
        for kill in [*runs.kills(right), *runs.further(right)]:
            raise ValueError(f"{exercise.name}: the solution itself fails {kill.case}")
        for one in choose(todo.mutants):
            reason = todo.reasons.get(one.name, "")
            kills = tuple(runs.kills(one.source, ENOUGH))
            lost = [*kills, *(() if kills or not reason else runs.further(one.source))]
            if reason and lost and suites is None:
                raise ValueError(
                    f"{exercise.folder / equivalent.FILE}: {one.name!r} is not equivalent: "
                    f"the case {lost[0].case} fails; take it out"
                )
            verdicts.append(Verdict(one, kills, reason))
    return Audit(
        exercise.name,
        todo.digest,
        todo.cases(),
        tuple(exercise.rules),
        tuple(verdicts),
        time.perf_counter() - start,
        tuple(one.id for one in todo.suite if FOUND in one.notes),
    )


def runs_of(todo: Plan, suites: Path | None, loose: bool) -> Runs | Searches | Kernels:
    """How the mutants of an exercise are run: in the sandbox, or (over cells) by the explorer."""
    if todo.exercise.kind == INTERLEAVINGS:
        return Searches(todo.exercise, todo.claims, suites)
    if todo.exercise.kind == BREAKS:
        return Kernels(todo.exercise)
    return Runs(todo.exercise.name, todo.suite, loose)
