"""Calls from elsewhere, made at home: with saved values and processes that the scenario has.

Processes are those that a scenario begins with and the children that its forks make, under names
that are given once.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from autograder.example import Example
from autograder.renaming import forked, is_fork
from kernel_model.scenario import CallStep

NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def at_home(value: Any, saved: list[str], procs: list[str], pick: Random) -> Any:
    """A value from another scenario, with names that this one has."""
    if isinstance(value, str) and value.startswith("$"):
        name = value[1:].partition(".")[0]  # of a pair, as in $p.r
        return value if name in saved else f"${pick.choice(saved)}" if saved else 0
    if isinstance(value, dict) and "pid" in value and value["pid"] not in procs:
        return value | {"pid": pick.choice(procs)}
    if isinstance(value, dict) and isinstance(value.get("addr"), str):
        return value | {"addr": at_home(value["addr"], saved, procs, pick)}
    return value


def there(example: Example, head: list[CallStep]) -> list[str]:
    """The processes that there are after these calls: the first ones, and those of forks."""
    return list(dict.fromkeys([*example.uids, *forked(head)]))


def free_name(example: Example) -> str:
    """A name that no process has."""
    taken = {*example.uids, *forked(example.calls)}
    return next(name for name in NAMES if name not in taken)


def child_named(step: CallStep, example: Example) -> CallStep:
    """The call; if it is a fork, with a name for the child that no process has."""
    return replace(step, args=[free_name(example)]) if is_fork(step) else step
