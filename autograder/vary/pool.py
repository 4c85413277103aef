"""What a suite is chosen from: cases, wrong answers, and which of the cases tell which of those."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from autograder.audit import plan
from autograder.audit.mutants import mutants_of
from autograder.example import Example
from autograder.exercise import Exercise
from autograder.vary import room
from autograder.vary.blame import Progress
from autograder.vary.material import material, shape
from autograder.vary.right import fair
from kernel_model.scenario import Scenario

TWICE = 2  # cases that tell a wrong answer, where the pool has so many
SAMPLE = 150  # mutants of accepted answers
ACCEPTED, ELSEWHERE = "accepted", "elsewhere"
Tells = dict[str, dict[str, str]]  # by wrong answer, the cases that tell it, each with its rule


@dataclass(frozen=True)
class Pool:
    """The cases of an exercise, those with new calls that a search found, and what they tell."""

    known: list[Scenario]
    found: list[Scenario]  # held only against what fewer than two known cases tell
    tells: Tells  # of wrong answers that some case tells
    kinds: Counter[str]  # how many of these there are of each kind
    wrong: dict[str, str]  # the sources of these, and of what no case tells


def pool(
    exercise: Exercise,
    seed: int,
    found: Sequence[Scenario],
    more: dict[str, str],
    progress: Progress,
    sample: int = SAMPLE,
) -> Pool:
    """Runs the wrong answers through the cases.

    Those are the mutants of the audit, `sample` mutants of accepted answers, which the seed picks,
    and `more`: name and source. Raises ValueError if a known case fails a right answer.
    """
    name, known, right = exercise.name, exercise.hidden(), right_answers(exercise)
    if unfair := {one.id for one in known} - {one.id for one in fair(known, name, right)}:
        raise ValueError(f"{name}: right answers fail {', '.join(sorted(unfair))}")
    shapes = material(exercise, known).shapes
    found = [one for one in found if shape(Example.of(one)) not in shapes]
    found = fair(found, name, right)
    wrong = wrong_answers(exercise, seed, more, sample)
    tells = hold(name, wrong, known, progress)
    left = {answer: wrong[answer] for answer, cases in tells.items() if len(cases) < TWICE}
    for answer, cases in hold(name, left, found, progress).items():
        tells[answer] |= cases
    told = {answer: cases for answer, cases in tells.items() if cases}
    return Pool(known, found, told, Counter(map(kind, told)), wrong)


def hold(name: str, wrong: dict[str, str], cases: Sequence[Scenario], progress: Progress) -> Tells:
    """Which of the cases tell each of these wrong answers."""
    tells: Tells = {}
    for done, (answer, source) in enumerate(wrong.items(), 1):
        tells[answer] = {kill.case: kill.rule for kill in room.kills(name, source, cases)}
        progress(f"{name}: wrong answers told", done, len(wrong))
    return tells


def right_answers(exercise: Exercise) -> list[str]:
    """The accepted answers, and the mutants that are no mistakes."""
    todo = plan(exercise)
    equivalent = [one.source for one in todo.mutants if one.name in todo.reasons]
    return [*exercise.accepted().values(), *equivalent]


def wrong_answers(
    exercise: Exercise, seed: int, more: dict[str, str], sample: int
) -> dict[str, str]:
    """All that the cases are held against; some mutants of accepted answers are right."""
    todo = plan(exercise)
    wrong = {one.name: one.source for one in todo.mutants if one.name not in todo.reasons}
    wrong |= of_accepted(exercise, seed, sample)
    return wrong | {f"{ELSEWHERE}: {answer}": source for answer, source in more.items()}


def of_accepted(exercise: Exercise, seed: int, sample: int) -> dict[str, str]:
    """Mutants of the accepted answers, so many of them at random."""
    every = all_of_accepted(exercise)
    pick = Random(f"{exercise.name} {seed}")
    return {name: every[name] for name in pick.sample([*every], min(sample, len(every)))}


def all_of_accepted(exercise: Exercise) -> dict[str, str]:
    """Every mutant of the accepted answers, by name."""
    every: dict[str, str] = {}
    for accepted, source in exercise.accepted().items():
        for one in mutants_of(ast.parse(source)):
            every[f"{ACCEPTED} {accepted}: {one.name}"] = one.source
    return every


def kind(answer: str) -> str:
    """What kind of wrong answer it is: by its name."""
    begins = {"by hand: ": "by hand", f"{ACCEPTED} ": ACCEPTED, f"{ELSEWHERE}: ": ELSEWHERE}
    return next((said for head, said in begins.items() if answer.startswith(head)), "by machine")
