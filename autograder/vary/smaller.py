"""Making a scenario small and readable, as long as the same wrong variants fail it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograder.audit.runs import Runs
from autograder.example import Example
from autograder.shrink import without_call, without_limit, without_users
from autograder.vary.blame import Blamed
from autograder.vary.expected import scenario
from autograder.vary.material import Material, shape
from autograder.vary.right import holds
from kernel_model.scenario import Scenario

Good = Callable[[Scenario], bool]


def failing(wrong: Sequence[Blamed], exercise: str, loose: bool = False) -> Good:
    """Do all these variants fail the scenario, and the reference passes?"""

    def good(one: Scenario) -> bool:
        if not holds(one):
            return False
        with Runs(exercise, [one], loose) as runs:
            return all(runs.kills(variant.mutant.source) for variant in wrong)

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
    """The scenario with a look at the tables only where it tells something."""
    looks = [place for place, step in enumerate(made.steps) if view_of(step)]
    for kept in ([], *([place] for place in reversed(looks))):
        candidate = looking(made, {place: view_of(made.steps[place]) for place in kept})
        if good(candidate):
            made = candidate
            break
    for edit in (less_seen, less_told):
        place = 0
        while (less := edit(made, place)) is not None:
            if good(less):
                made = less
            else:
                place += 1
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


def less_seen(made: Scenario, place: int) -> Scenario | None:
    """The scenario without one table or field of the views; None when there are no more."""
    views = {at: view_of(step) for at, step in enumerate(made.steps) if view_of(step)}
    paths = [(at, path) for at, view in views.items() for path in parts(view)]
    if place >= len(paths):
        return None
    at, path = paths[place]
    changed = copy.deepcopy(views[at])
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return looking(made, {**views, at: changed} if changed else without(views, at))


def less_told(made: Scenario, place: int) -> Scenario | None:
    """The scenario without one field of what a call reports; None when there are no more."""
    told = [
        (at, step.expect, field)
        for at, step in enumerate(made.steps)
        if isinstance(step.expect, dict) and isinstance(step.expect.get("fields"), dict)
        for field in step.expect["fields"]
    ]
    if place >= len(told):
        return None
    at, before, field = told[place]
    fields = {key: value for key, value in before["fields"].items() if key != field}
    expect = {key: value for key, value in before.items() if key != "fields"}
    expect |= {"fields": fields} if fields else {}
    steps = list(made.steps)
    steps[at] = replace(steps[at], expect=expect)
    return replace(made, steps=steps)


def without(views: dict[int, Any], at: int) -> dict[int, Any]:
    """The other views."""
    return {place: view for place, view in views.items() if place != at}


def parts(view: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every field of a view, the outermost first."""
    if isinstance(view, dict):
        for key, inner in view.items():
            if key not in ("pid", "key") or isinstance(inner, dict):  # else they are a value
                yield (*path, key)
                yield from parts(inner, (*path, key))
    elif isinstance(view, list):
        for index, inner in enumerate(view):
            yield from parts(inner, (*path, index))
