"""What each wrong variant does wrong: the rules whose cases it fails in a suite that is trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autograder.audit import Plan
from autograder.audit.mutants import Mutant
from autograder.vary import room
from kernel_model.scenario import Scenario

Progress = Callable[[str, int, int], None]  # what, how many of how many


def silent(what: str, done: int, whole: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True)
class Blamed:
    """A wrong variant and the cases of the trusted suite that fail with it, in its order."""

    mutant: Mutant
    cases: tuple[str, ...]
    rules: frozenset[str]


def blamed(plan: Plan, progress: Progress) -> list[Blamed]:
    """Every wrong variant that some case of the plan's suite tells from a right one."""
    found = []
    wrong = [one for one in plan.mutants if one.name not in plan.reasons]
    for done, mutant in enumerate(wrong, 1):
        kills = room.kills(plan.exercise.name, mutant.source, plan.suite)
        progress("known wrong variants", done, len(wrong))
        if kills:
            cases = tuple(kill.case for kill in kills)
            found.append(Blamed(mutant, cases, frozenset(kill.rule for kill in kills)))
    return found


def kills(
    scenarios: Sequence[Scenario], wrong: Iterable[Blamed], exercise: str
) -> dict[str, list[Blamed]]:
    """By scenario, the wrong variants that fail it."""
    found: dict[str, list[Blamed]] = {one.id: [] for one in scenarios}
    for one in wrong:
        for kill in room.kills(exercise, one.mutant.source, scenarios):
            found[kill.case].append(one)
    return found


def rule_of(wrong: Sequence[Blamed], among: Iterable[str]) -> str:
    """The rule that most of these variants break; the one with fewest breakers where it is even.

    A variant that breaks several rules says less about each.
    """
    votes: Counter[str] = Counter()
    for one in wrong:
        for rule in one.rules:
            votes[rule] += 60 // len(one.rules)
    order = list(among)
    return max(order, key=lambda rule: (votes[rule], -order.index(rule)))


def case_like(wrong: Sequence[Blamed], rule: str, suite: Sequence[Scenario]) -> Scenario:
    """The case of the trusted suite that shows best what these variants have in common.

    It is one on the rule that fails with many of them and with few others of its own.
    """
    votes = Counter(case for one in wrong for case in one.cases)
    known = [one for one in suite if one.topic == rule]
    return max(known, key=lambda case: votes[case.id])
