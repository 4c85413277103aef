"""Runs scenarios on the wrong kernels of an exercise of the kind `breaks`.

There an answer is a set of scenarios, and it is wrong by what it does not tell. So for each mutant
of the function the strongest answer that misses it is looked at: all scenarios of a pool but those
which tell that mutant. It loses a graded kernel if none of the scenarios that tell this kernel is
left in it. Then the kernel stands for the mutant: whoever tells the one tells the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Self

from autograder.audit.runs import Kill
from autograder.breaking.claims import Came, Own, Unfit, read
from autograder.breaking.judge import Suspect
from autograder.breaking.kernels import ROUNDS
from autograder.breaking.practice import practice
from autograder.example import Example
from autograder.exercise import Exercise, exercise
from autograder.loops import counted

MISSED = "missed"
Told = frozenset[int]  # the scenarios of the pool that tell a kernel, by their numbers


class Kernels:
    """The pool of an exercise, and the kernels that grade it."""

    def __init__(self, one: Exercise) -> None:
        self.one, self.of = one, exercise(one.of)
        mutants = self.of.mutants()
        self.graded = {
            name: (rule, self.suspect(mutants[name]))
            for rule, names in one.kernels().items()
            for name in names
        }
        self.right = [self.suspect(text) for text in right_kernels(one)]
        self.pool: list[tuple[Own, Came]] = []
        self.known: dict[tuple[str, int], bool] = {}  # does a scenario tell a graded kernel?

    def __enter__(self) -> Self:
        self.pool = self.fair(pool(self.one))
        for name in self.graded:
            if not any(self.graded_told(name, at) for at in range(len(self.pool))):
                raise ValueError(f"{self.one.name}: no scenario tells {name}, which grades")
        return self

    def __exit__(self, *error: object) -> None:
        self.pool = []

    def kills(self, source: str, most: int = 1) -> list[Kill]:
        """The first graded kernels that the answer misses, `most` at most.

        `source` is a mutant of the function, of which the strongest answer that misses it is
        taken; or it has an answer of its own.
        """
        told = self.told(source)
        missed = self.missed(told) if isinstance(told, frozenset) else self.untold(told)
        return [kill for kill, _ in zip(missed, range(most), strict=False)]

    def further(self, source: str) -> list[Kill]:
        """None: what no scenario of the pool tells has nothing more to be held against."""
        return []

    def told(self, source: str) -> Told | list[tuple[Own, Came]]:
        """The numbers of the scenarios that tell a mutant; or the scenarios of an answer."""
        names: dict[str, Any] = {}
        if f"def {self.one.name}(" not in source:
            suspect = self.suspect(source)
            every = enumerate(self.pool)
            return frozenset(at for at, (one, came) in every if self.tells(one, came, suspect))
        exec(compile(source, self.one.name, "exec"), names)
        try:
            found, _ = read(json.loads(json.dumps(names[self.one.name]())))
        except Unfit:
            return []
        return self.fair(found)

    def missed(self, told: Told) -> Iterator[Kill]:
        """The kernels that only these scenarios tell: those that stand for a mutant."""
        left = [at for at in range(len(self.pool)) if at not in told]
        for name, (rule, _) in self.graded.items() if told else ():
            if not any(self.graded_told(name, at) for at in left):
                yield Kill(name, rule, MISSED)

    def graded_told(self, name: str, at: int) -> bool:
        """Does a scenario of the pool tell a graded kernel?"""
        if (name, at) not in self.known:
            self.known[name, at] = self.tells(*self.pool[at], self.graded[name][1])
        return self.known[name, at]

    def untold(self, answer: Sequence[tuple[Own, Came]]) -> Iterator[Kill]:
        """The kernels that none of these scenarios tells."""
        for name, (rule, suspect) in self.graded.items():
            if not any(self.tells(one, came, suspect) for one, came in answer):
                yield Kill(name, rule, MISSED)

    def fair(self, every: Sequence[Own]) -> list[tuple[Own, Came]]:
        """The scenarios that count, with what comes of them on the right kernel."""
        found = []
        for one in every:
            try:
                came = one.expected()
            except Unfit:
                continue
            if not any(self.tells(one, came, suspect) for suspect in self.right):
                found.append((one, came))
        return found

    def suspect(self, source: str) -> Suspect:
        """A kernel with its loops bounded."""
        return Suspect(self.of.name, counted(source), ROUNDS)

    def tells(self, one: Own, came: Came, suspect: Suspect) -> bool:
        """Does a scenario tell a kernel from the right one?"""
        return suspect.is_told(one, came, repr(one.example))


def pool(one: Exercise) -> list[Own]:
    """The scenarios of all accepted answers, and the cases of the function itself."""
    found: list[Own] = []
    for source in one.accepted().values():
        names: dict[str, Any] = {}
        exec(compile(source, one.name, "exec"), names)
        found += read(json.loads(json.dumps(names[one.name]())))[0]
    of = exercise(one.of)
    for case in [*of.visible(), *of.hidden()]:
        example = Example.of(case)
        found.append(Own(0, example, (), tuple(call.call for call in example.calls)))
    return found


def right_kernels(one: Exercise) -> list[str]:
    """The sources of kernels that no scenario may tell."""
    right = [kernel.source for kernel in practice(one) if kernel.right]
    return [*exercise(one.of).accepted().values(), *right]


def depends(one: Exercise) -> list[str]:
    """All that the answer depends on, but for the mutants."""
    mutants = exercise(one.of).mutants()
    graded = [mutants[name] for names in one.kernels().values() for name in names]
    examples = [said(own.example) for own in pool(one)]
    return [json.dumps(one.kernels()), *graded, *examples, *right_kernels(one)]


def said(example: Example) -> str:
    """A run of calls as text: the same for the same run."""
    calls = [(step.proc, step.call, step.args, step.save, step.repeat) for step in example.calls]
    return json.dumps([calls, example.uids, example.gids, example.limits])
