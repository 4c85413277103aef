"""The search: scenarios at random, kept when they tell a wrong variant that no other one tells.

In each round new scenarios are made, those that a right answer fails are dropped, and of the
rest the one that tells most variants is taken, again and again. What was taken is made small.
A variant counts as told only by a scenario on a rule that the trusted suite blames it for, so
that it loses the same points in both. Bounded by rounds, so that a seed gives the same suite.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from autograder.example import Example
from autograder.exercise import Exercise
from autograder.vary.blame import Blamed, Progress, case_like, kills, rule_of
from autograder.vary.dress import dressed
from autograder.vary.edits import another
from autograder.vary.expected import scenario
from autograder.vary.material import Material, shape
from autograder.vary.right import fair
from autograder.vary.smaller import failing, fewer_words, smallest
from kernel_model.scenario import Scenario

ROUNDS = 40  # at most
BARREN = 8  # rounds without a gain, after which the search gives up
RUNS = 6000  # of scenarios with wrong variants in a round
MOST = 60  # scenarios in a round
TRIES = 20  # to make each
STUBBORN = 6  # variants that a scenario must still tell when it gets smaller
TWICE = 2  # scenarios that tell a variant, so that what is like it is told as well
AT_ONCE = 5  # scenarios that are taken in a round, since what is small tells less


@dataclass
class Search:
    """What was found so far."""

    exercise: Exercise
    trusted: list[Scenario]
    material: Material
    right: list[str]  # sources
    pick: Random
    kept: list[Scenario] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)  # by variant, how many tell it
    seen: set[str] = field(default_factory=set)  # shapes of what was made
    made: int = 0

    def run(self, wrong: Sequence[Blamed], rounds: int, progress: Progress) -> None:
        """Looks for scenarios until every variant is told often enough, or no more are found."""
        barren = 0
        for _ in range(rounds):
            left = self.left(wrong)
            progress("told by new scenarios", len(wrong) - len(left), len(wrong))
            if not left or barren == BARREN:
                break
            self.round(left)
            barren = barren + 1 if len(self.left(wrong)) == len(left) else 0

    def left(self, wrong: Sequence[Blamed], times: int = TWICE) -> list[Blamed]:
        """The variants that fewer scenarios tell than this, and than the trusted suite has."""
        return [one for one in wrong if self.told[one.mutant.name] < min(times, len(one.cases))]

    def round(self, left: Sequence[Blamed]) -> None:
        """One batch of scenarios, and what is taken of it."""
        examples = self.batch(left)
        made = self.scenarios(examples)
        table = kills(made, left, self.exercise.name)
        made = [one for one in made if table[one.id]]
        scenarios = fair(made, self.exercise.name, self.right)
        for _ in range(min(AT_ONCE, len(scenarios))):
            tells = {one.id: self.left(table[one.id]) for one in scenarios}
            best = max(scenarios, key=lambda one: (len(tells[one.id]), -len(one.steps)))
            if not tells[best.id]:
                break
            self.take(examples[best.id], best, tells[best.id], left)
            scenarios.remove(best)

    def batch(self, left: Sequence[Blamed]) -> dict[str, Example]:
        """New examples by name, most of them from cases that tell a variant that is left."""
        found: dict[str, Example] = {}
        every = list(self.material.parents.values())
        size = min(MOST, max(1, RUNS // len(left)))
        for _ in range(TRIES * size):
            if len(found) == size:
                break
            near = [self.material.parents[case] for case in self.pick.choice(left).cases]
            parents = near if self.pick.random() < 0.7 else every
            example = dressed(another(self.material, parents, self.pick), self.pick)
            form = shape(example)
            if form not in self.seen and form not in self.material.shapes:
                self.seen.add(form)
                self.made += 1
                found[f"found-{self.made}"] = example
        return found

    def scenarios(self, examples: dict[str, Example]) -> list[Scenario]:
        """The examples that make sense, as scenarios."""
        made = (scenario(one, self.material.fields, name) for name, one in examples.items())
        return [one for one in made if one is not None]

    def take(
        self, example: Example, found: Scenario, tells: list[Blamed], left: Sequence[Blamed]
    ) -> None:
        """Keeps a scenario, made small, on the rule that its variants break."""
        rule = rule_of(tells, self.exercise.rules)
        on_rule = [one for one in tells if rule in one.rules]
        hardest = sorted(on_rule, key=lambda one: (len(one.cases), one.mutant.name))[:STUBBORN]
        good = failing(hardest, self.exercise.name)
        small = smallest(example, found, self.material, good)
        if not fair([small], self.exercise.name, self.right):
            small = fewer_words(found, good)  # it expects less, so that it stays fair
        told = kills([small], self.left(left), self.exercise.name)[small.id]
        told = [one for one in told if rule in one.rules]
        if not told:
            return
        like = case_like(told, rule, self.trusted)
        self.kept.append(replace(small, topic=rule, notes=told_by(like)))
        self.told.update(one.mutant.name for one in told)


def told_by(case: Scenario) -> dict[str, Any]:
    """The misconception that a case shows, and the fact that it gets wrong."""
    return {key: case.notes[key] for key in ("why", "fact") if key in case.notes}
