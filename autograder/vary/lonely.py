"""Cases that could go by a sample, and that alone tell some mutant of an accepted answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograder.exercise import Exercise
from autograder.vary.blame import silent
from autograder.vary.pool import all_of_accepted, hold
from kernel_model.scenario import Scenario


def lonely(exercise: Exercise, gone: Sequence[Scenario], kept: Sequence[Scenario]) -> set[str]:
    """The names of those of the gone, few, without which a mutant would pass that they tell."""
    if not gone:
        return set()
    every = all_of_accepted(exercise)
    tells = hold(exercise.name, every, gone, silent)
    told = {name: source for name, source in every.items() if tells[name]}
    others = hold(exercise.name, told, kept, silent)
    left = [tells[name] for name in told if not others[name]]
    stay: set[str] = set()
    while left:
        votes = Counter(case for cases in left for case in cases)
        stay.add(max(votes, key=lambda case: (votes[case], case)))
        left = [cases for cases in left if not stay & cases.keys()]
    return stay
