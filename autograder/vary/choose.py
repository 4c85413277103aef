"""A hidden suite that is chosen: the fewest cases that tell what a pool of cases tells.

A case is kept when a wrong answer would be told by fewer than two cases without it, or by none on
its rule, so that points are lost for the same reasons as before. Known cases come first, since they
were made to be read; a found one comes in where it tells what they do not, or many answers that one
alone tells. What that makes needless goes again. Of mutants of accepted answers there are too many
to hold all against all; those that one would pass are looked for among all before a case goes.

    choose(exercise, seed, pool)     what is kept, what each case is kept for, and what can go
    standing(exercise, seed)         the same of the cases as they stand, where all are kept
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from autograder.example import Example
from autograder.exercise import Exercise
from autograder.vary import room
from autograder.vary.blame import Progress, silent
from autograder.vary.expected import scenario
from autograder.vary.fewest import among, fewest, needs, worth
from autograder.vary.lonely import lonely
from autograder.vary.material import material
from autograder.vary.pool import (
    ELSEWHERE,
    SAMPLE,
    Pool,
    Tells,
    hold,
    kind,
    pool,
    right_answers,
)
from autograder.vary.right import fair, holds
from autograder.vary.smaller import fewer_words, smallest
from kernel_model.scenario import Scenario


@dataclass(frozen=True)
class Choice:
    """What was chosen, and why."""

    exercise: str
    seed: int
    pool: Pool
    kept: tuple[Scenario, ...]  # known ones first, in their order
    tells: Tells  # the same as the pool's, of the cases kept

    @property
    def found(self) -> list[Scenario]:
        """The cases of these that the search found."""
        known = {one.id for one in self.pool.known}
        return [one for one in self.kept if one.id not in known]

    @property
    def dropped(self) -> list[str]:
        """The known cases that are not kept."""
        kept = {one.id for one in self.kept}
        return [one.id for one in self.pool.known if one.id not in kept]

    def alone(self, case: str) -> int:
        """How many wrong answers, but those from elsewhere, pass without this case."""
        return sum([*cases] == [case] for cases in self.ours())

    def needed(self, case: str) -> int:
        """How many of these are told by too few others, or by none on this case's rule."""
        return sum(needs(cases, case) for cases in self.ours())

    def ours(self) -> list[dict[str, str]]:
        """What tells the wrong answers that anybody can make again."""
        return [cases for answer, cases in self.tells.items() if kind(answer) != ELSEWHERE]


def choose(exercise: Exercise, seed: int, pool: Pool, stay: Set[str] = frozenset()) -> Choice:
    """Chooses among the cases of a pool, which was made with this seed.

    The known cases in `stay` stay, and those that alone tell a mutant of an accepted answer: the
    pool has but a sample of these.
    """
    while True:
        choice = chosen(exercise, seed, pool, stay)
        gone = [one for one in pool.known if one.id in choice.dropped]
        more = lonely(exercise, gone, choice.kept)
        if not more:
            return choice
        stay |= more


def chosen(exercise: Exercise, seed: int, pool: Pool, stay: Set[str]) -> Choice:
    """What is chosen by what the pool has."""
    known = fewest(pool.known, pool.tells, exercise.rules, stay)
    there = [one for one in pool.known if one.id in known]
    there += worth(pool.found, known, pool.tells)
    kept = fewest(there, pool.tells, exercise.rules, stay)
    tells = {answer: among(cases, kept) for answer, cases in pool.tells.items()}
    chosen = [
        one if one.id in known else readable(exercise, one, tells, pool)
        for one in there
        if one.id in kept
    ]
    new = [one for one in chosen if one.id not in known]  # they may tell more, being small
    more = hold(exercise.name, pool.wrong, new, silent)
    first = {answer: among(cases, known) for answer, cases in tells.items()}
    whole = {answer: first.get(answer, {}) | more[answer] for answer in pool.wrong}
    return Choice(exercise.name, seed, pool, tuple(chosen), whole)


def standing(
    exercise: Exercise, seed: int, more: dict[str, str], progress: Progress, sample: int = SAMPLE
) -> Choice:
    """The cases as they stand, held against the wrong answers; nothing is searched or left out."""
    every = pool(exercise, seed, [], more, progress, sample)
    return Choice(exercise.name, seed, every, tuple(every.known), every.tells)


def readable(exercise: Exercise, found: Scenario, tells: Tells, pool: Pool) -> Scenario:
    """A found case made small, as long as it tells all that it is needed for.

    It looks at tables only where that is needed to tell it.
    """
    name, right = exercise.name, right_answers(exercise)
    needed = [pool.wrong[answer] for answer, cases in tells.items() if needs(cases, found.id)]

    def good(one: Scenario) -> bool:
        told = all(room.kills(name, source, [one]) for source in needed)
        return told and holds(one) and bool(fair([one], name, right))

    every, example = material(exercise, pool.known), Example.of(found)
    for fields in ({}, every.fields):
        begin = scenario(example, fields, found.id)
        if begin is not None and good(begin):
            made = smallest(example, begin, replace(every, fields=fields), good)
            return replace(made, topic=found.topic, notes=found.notes)
    return replace(fewer_words(found, good), topic=found.topic, notes=found.notes)
