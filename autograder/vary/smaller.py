"""Making a scenario small and readable, as long as the same wrong variants fail it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from autograder.example import Example
from autograder.shrink import without_call, without_limit, without_users
from autograder.vary import room
from autograder.vary.blame import Blamed
from autograder.vary.expected import scenario
from autograder.vary.material import Material, shape
from autograder.vary.right import holds
from kernel_model.scenario import Scenario

Good = Callable[[Scenario], bool]


def failing(wrong: Sequence[Blamed], exercise: str) -> Good:
    """Do all these variants fail the scenario, and the reference passes?"""

    def good(one: Scenario) -> bool:
        return holds(one) and all(
            room.kills(exercise, variant.mutant.source, [one]) for variant in wrong
        )

    return good


def smallest(example: Example, made: Scenario, material: Material, good: Good) -> Scenario:
    """The scenario without calls, users, limits and expectations that it does not need."""
    for edit in (without_call, without_users, without_limit):
        place = 0
        while (candidate := edit(example, place)) is not None:
            found = None
            if shape(candidate) not in material.shapes:
                found = scenario(candidate, material.fields, made.id)
            if found is not None and good(found):
                example, made = candidate, found
            else:
                place += 1
    return fewer_words(made, good)


def fewer_words(made: Scenario, good: Good) -> Scenario:
    """The scenario with one look at the tables, the last that is enough, in place of many.

    All that it sees there stays: it may tell wrong variants that nobody has thought of.
    """
    looks = [place for place, step in enumerate(made.steps) if view_of(step)]
    for place in reversed(looks):
        candidate = looking(made, {place: view_of(made.steps[place])})
        if good(candidate):
            return candidate
    return made


def view_of(step: Any) -> Any:
    """The view that a step expects, if it does."""
    return step.expect.get("view") if isinstance(step.expect, dict) else None


def looking(made: Scenario, views: dict[int, Any]) -> Scenario:
    """The scenario with these views, and no others."""
    steps = []
    for place, step in enumerate(made.steps):
        if isinstance(step.expect, dict):
            rest = {key: value for key, value in step.expect.items() if key != "view"}
            seen = {"view": views[place]} if place in views else {}
            step = replace(step, expect=(rest | seen) or None)
        steps.append(step)
    return replace(made, steps=steps)
