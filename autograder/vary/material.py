"""What new scenarios are made of: the calls, values, users and tables of an exercise's own cases.

Nothing here knows what a call means. Which arguments it takes, which limits matter and which
fields of which tables its text fixes is learned from the cases there are, so that one search
serves every exercise with a suite of scenarios.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograder.example import Example
from autograder.exercise import Exercise
from autograder.named import Fields, fields_of
from autograder.renaming import Scheme, keys, processes, saves, types, uniform, users
from kernel_model.scenario import CallStep, Scenario
from kernel_model.scenario.calls import Kind, form


@dataclass(frozen=True)
class Material:
    """What the cases of an exercise offer."""

    parents: dict[str, Example]  # the calls of each case, by its id
    calls: list[CallStep]  # all of them
    values: dict[tuple[str, int], list[Any]]  # what stands at a place of a call
    limits: list[tuple[str, int]]
    users: list[int]
    fields: Fields  # of the tables that an expectation names somewhere
    shapes: frozenset[str]  # of the cases, which no new scenario may have


def material(exercise: Exercise, suite: list[Scenario]) -> Material:
    """The material in the visible cases of an exercise and in a hidden suite of it."""
    cases = [*exercise.visible(), *suite]
    parents = {one.id: Example.of(one) for one in cases}
    calls = [step for parent in parents.values() for step in parent.calls]
    values: dict[tuple[str, int], list[Any]] = {}
    for step in calls:
        for place, value in enumerate(step.args):
            known = values.setdefault((step.call, place), [])
            if value not in known:
                known.append(value)
    limits = sorted({pair for parent in parents.values() for pair in parent.limits.items()})
    ids = {uid for parent in parents.values() for uid in parent.uids.values()}
    fields: Fields = {}
    for case in cases:
        merge(fields, fields_of(case))
    shapes = frozenset(shape(parent) for parent in parents.values())
    return Material(parents, calls, values, limits, sorted(ids | {0}), fields, shapes)


def merge(fields: Fields, more: Fields) -> None:
    """Adds more fields to these."""
    for key, inner in more.items():
        merge(fields.setdefault(key, {}), inner)


def shape(example: Example) -> str:
    """The same for scenarios that differ in names, texts and numbers of users only."""
    made = example
    for renaming in (processes, saves, keys, types, users):
        made = renaming(made, Scheme())
    calls = [[step.proc, step.call, plain(step), step.save] for step in made.calls]
    return json.dumps([calls, list(made.uids.values()), sorted(made.limits.items())])


def plain(step: CallStep) -> list[Any]:
    """The arguments of a call, with texts of one letter."""
    kinds = form(step.call).kinds
    pairs = zip(step.args, kinds, strict=False)
    return [uniform(value, "a") if kind is Kind.TEXT else value for value, kind in pairs]


def saved_before(calls: Iterable[CallStep]) -> list[str]:
    """The names that these calls leave for those after them."""
    return [step.save for step in calls if step.save]
