"""The fields of the tables that expectations name: those are what an exercise's text fixes."""

from __future__ import annotations

from typing import Any

from autograder.apart import rows
from autograder.example import TIMES, View
from autograder.parting import Look
from kernel_model.scenario import Scenario
from kernel_model.scenario.steps import EndsStep, StateStep

Fields = dict[str, Any]  # field: the fields within it, {} for a value


def fields_of(scenario: Scenario) -> Fields:
    """The fields that the expectations of a scenario name; states, where steps ask for one."""
    fields: Fields = {}
    for step in scenario.steps:
        if isinstance(step, EndsStep | StateStep):
            learn({"procs": [{"name": "", "state": ""}]}, fields)
        if isinstance(step.expect, dict) and "view" in step.expect:
            learn(step.expect["view"], fields)
    return fields


def learn(wanted: Any, fields: Fields) -> None:
    """Adds the fields that a part of an expected view names."""
    if isinstance(wanted, list):
        for one in wanted:
            learn(one, fields)
    elif isinstance(wanted, dict):
        for key, inner in wanted.items():
            if key in ("has", "lacks"):
                learn(inner, fields)
            elif key not in ("key", "pid", "expr", "min", "max", "not", "rep", "cat") or (
                key == "key" and not isinstance(inner, int)
            ):
                learn(inner, fields.setdefault(key, {}))


def restricted(view: Any, fields: Fields) -> Any:
    """The named fields of the tables."""
    if isinstance(view, list):
        return [restricted(one, fields) for one in view]
    if isinstance(view, dict) and fields:
        return {key: restricted(view[key], inner) for key, inner in fields.items() if key in view}
    return view


def in_any_order(view: Any) -> Any:
    """The same for tables whose entries stand in another order; times are zero or not.

    Numbers in a list are no entries: they stand in the order of a queue.
    """
    if isinstance(view, list):
        made = [in_any_order(one) for one in view]
        return sorted(made, key=repr) if all(isinstance(one, dict) for one in view) else made
    if isinstance(view, dict):
        return {
            key: bool(inner) if key in TIMES else in_any_order(inner) for key, inner in view.items()
        }
    return view


def look_at(fields: Fields) -> Look:
    """How two kernels' tables differ in these fields, whichever entry of a table is which.

    A table that only one kernel has made so far does not count.
    """
    names = leaves(fields)

    def look(before: View, wanted: View, came: View) -> str | None:
        there = {key: inner for key, inner in fields.items() if key in wanted and key in came}
        first, second = (repr(in_any_order(restricted(view, there))) for view in (wanted, came))
        if first == second or not there:
            return None
        every = list(rows(before, wanted, came))
        told = [row for row in every if row[0].rpartition(": ")[2] in names] or every
        place, _, one, other = told[0]
        return f"{place}: expected {one}, got {other}"

    return look


def leaves(fields: Fields) -> set[str]:
    """The names of the fields that hold values."""
    return {name for key, inner in fields.items() for name in (leaves(inner) if inner else {key})}
