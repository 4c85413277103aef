"""A hidden suite that is chosen: the fewest cases that tell what a pool of cases tells.

A case is kept when a wrong answer would be told by fewer than two cases without it, or by none on
its rule, so that points are lost for the same reasons as before. Known cases come first, since they
were made to be read; a found one comes in where it tells what they do not, or many answers that one
alone tells. What that makes needless goes again.

    choose(exercise, seed, pool)     what is kept, what each case is kept for, and what can go
    standing(exercise, seed)         the same of the cases as they stand, where all are kept
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from autograder.example import Example
from autograder.exercise import Exercise
from autograder.vary import room
from autograder.vary.blame import Progress, silent
from autograder.vary.expected import scenario
from autograder.vary.material import material
from autograder.vary.pool import (
    ELSEWHERE,
    SAMPLE,
    TWICE,
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

GAIN = 8  # wrong answers told once only that a found case must tell to be worth its time
LEAST = 14  # cases of a suite
OF_A_RULE = 2  # of each rule


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


def choose(exercise: Exercise, seed: int, pool: Pool) -> Choice:
    """Chooses among the cases of a pool, which was made with this seed."""
    known = fewest(pool.known, pool.tells, exercise.rules)
    there = [one for one in pool.known if one.id in known]
    there += worth(pool.found, known, pool.tells)
    kept = fewest(there, pool.tells, exercise.rules)
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


def needs(cases: dict[str, str], case: str) -> bool:
    """Would a wrong answer that these cases tell be told too seldom without this one of them?"""
    if case not in cases:
        return False
    others = [rule for other, rule in cases.items() if other != case]
    return len(others) < TWICE or cases[case] not in others


def among(cases: dict[str, str], kept: Iterable[str]) -> dict[str, str]:
    """Those of the cases that are kept."""
    there = set(kept)
    return {case: rule for case, rule in cases.items() if case in there}


def fewest(cases: Sequence[Scenario], tells: Tells, rules: Iterable[str]) -> list[str]:
    """The names of those that are needed: one after the other goes until each is.

    Which of several goes first decides how many can. So those go first whose answers many others
    tell; where that is even, long ones.
    """
    kept = {one.id: one for one in cases}
    held = [among(told, kept) for told in tells.values()]
    topics = Counter(one.topic for one in cases)
    while len(kept) > LEAST:
        may = [case for case, one in kept.items() if topics[one.topic] > OF_A_RULE]
        may = [case for case in may if not any(needs(told, case) for told in held)]
        if not may:
            break
        rare = {case: sum(1 / len(told) for told in held if case in told) for case in may}
        gone = kept.pop(min(may, key=lambda case: (rare[case], -len(kept[case].steps), case)))
        topics[gone.topic] -= 1
        for told in held:
            told.pop(gone.id, None)
    return [*kept]


def worth(found: Sequence[Scenario], kept: Sequence[str], tells: Tells) -> list[Scenario]:
    """The found cases that come in."""
    chosen: list[Scenario] = []
    while True:
        names = [*kept, *(one.id for one in chosen)]
        times = {answer: len(among(cases, names)) for answer, cases in tells.items()}
        left = [answer for answer, count in times.items() if count < TWICE]
        gains = [
            (sum(times[a] == 0 for a in told), len(told), -len(one.steps), one)
            for one in found
            if one not in chosen
            for told in [[answer for answer in left if one.id in tells[answer]]]
        ]
        gains = [gain for gain in gains if gain[0] or gain[1] >= GAIN]
        if not gains:
            return chosen
        chosen.append(max(gains, key=lambda gain: gain[:3])[3])
