"""Suites found by a search: fresh for every term, and as strong as the one that comes along.

What is in a public repository is public. `vary` makes another hidden suite for an exercise: it
changes the calls of known cases at random, lets the reference tell what is expected, and drops what
a right answer might fail. For each known case it keeps one that tells every wrong variant which
that case tells; for variants that are told only once, further ones, made small. The same seed gives
the same suite; another one gives another.

    vary(exercise, seed)     the suite, and how it was found
    write(found, folder)     puts it where `--suites` looks for it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from autograder.audit import plan
from autograder.audit.mutants import Mutant
from autograder.example import Example
from autograder.exercise import Exercise
from autograder.vary.blame import Progress, blamed, silent
from autograder.vary.likeness import alike
from autograder.vary.material import material, shape
from autograder.vary.proof import fair_there, told_there
from autograder.vary.room import kills
from autograder.vary.search import ROUNDS, Search
from autograder.vary.spare import spare
from kernel_model.scenario import Scenario
from kernel_model.scenario.format import dumps


@dataclass(frozen=True)
class Found:
    """A suite and how it was found."""

    exercise: str
    seed: int
    suite: list[Scenario]
    searched: int  # scenarios that were made
    found: int  # of the suite: those with calls of no known case; the others are in other words
    wrong: int  # variants that the trusted suite tells from right ones
    told: int  # those that this suite tells as well, on a rule they break

    def report(self) -> str:
        """In a few lines."""
        rest = len(self.suite) - self.found
        return (
            f"{self.exercise}: {len(self.suite)} scenarios with seed {self.seed}; "
            f"{self.found} from {self.searched} that were made at random, "
            f"{rest} known cases in other words\n"
            f"  {self.told} of {self.wrong} wrong variants lose points on a rule that they break"
        )


def vary(
    exercise: Exercise,
    seed: int,
    suites: Path | None = None,
    *,
    choose: Callable[[list[Mutant]], Iterable[Mutant]] = iter,
    rounds: int = ROUNDS,
    progress: Progress = silent,
    allow_unisolated: bool = False,
) -> Found:
    """A fresh hidden suite, as strong as the exercise's own or the one in `suites`.

    `choose` picks the wrong variants that it must tell from right ones; all, if not given.
    `rounds` bounds the search; what it has not found by then is made of known cases.
    Raises ValueError for an exercise without a suite of scenarios, and for one that an accepted
    variant fails: nothing could be fair then.
    """
    trusted = exercise.hidden(suites)
    if exercise.kind != "scenarios" or not trusted:
        raise ValueError(f"{exercise.name} has no hidden suite of scenarios to begin with")
    unfit = [
        name for name, one in exercise.accepted().items() if kills(exercise.name, one, trusted)
    ]
    if unfit:
        raise ValueError(f"{exercise.name}: right answers fail the known suite: {', '.join(unfit)}")
    known = plan(exercise, suites)
    known = replace(known, mutants=list(choose(known.mutants)))
    wrong = blamed(known, progress)
    right = [*exercise.accepted().values()]
    right += [one.source for one in known.mutants if one.name in known.reasons]
    pick = Random(f"{exercise.name} {seed}")
    search = Search(exercise, trusted, material(exercise, trusted), right, pick)
    alike(search, wrong, progress)
    search.run(wrong, rounds, progress)
    spare(search, wrong)
    suite = numbered(search.kept, seed)
    suite = fair_there(suite, exercise.name, right, allow_unisolated)
    told = told_there(suite, exercise.name, wrong, progress, allow_unisolated)
    found = sum(shape(Example.of(one)) not in search.material.shapes for one in suite)
    return Found(exercise.name, seed, suite, search.made, found, len(wrong), told)


def numbered(kept: list[Scenario], seed: int) -> list[Scenario]:
    """The scenarios by rule, with names that tell nothing but that."""
    order = sorted(kept, key=lambda one: (one.topic, len(one.steps)))
    counts: dict[str, int] = {}
    named = []
    for one in order:
        counts[one.topic] = counts.get(one.topic, 0) + 1
        named.append(replace(one, id=f"{one.topic}-{seed}-{counts[one.topic]}"))
    return named


def write(found: Found, folder: Path) -> Path:
    """Writes `folder/<exercise>/hidden.json`; `--suites folder` grades with it."""
    path = folder / found.exercise / "hidden.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(found.suite), encoding="utf-8")
    return path
