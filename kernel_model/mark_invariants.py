"""What is true of locks and semaphores in memory between any two calls (see invariants.py)."""

from __future__ import annotations

from typing import Any

View = dict[str, Any]
MARKS = ("mutexes", "semaphores", "conditions")  # all that is looked at here


def broken_marks(view: View) -> list[str]:
    """Nobody sleeps on a lock that is free, or on a semaphore above 0; whoever sleeps is counted.

    A program that writes over the bytes of a lock can break any of these.
    """
    found = []
    for one in view.get("mutexes", []):
        if one["waiting"] and one["shared"] and one["state"] not in ("held", "inconsistent"):
            found.append(f"{_names(one)} asleep on a mutex that is {one['state']}")
    for one in view.get("semaphores", []):
        if one["waiting"] and one["value"]:
            found.append(f"{_names(one)} asleep on a semaphore that is {one['value']}")
    for one in (*view.get("conditions", []), *view.get("semaphores", [])):
        if len(one["waiting"]) > one["waiters"]:
            found.append(f"{_names(one)} asleep, but {one['waiters']} are counted as waiting")
    return found


def _names(one: View) -> str:
    """Who sleeps on it, with the verb."""
    return f"{', '.join(one['waiting'])} {'is' if len(one['waiting']) == 1 else 'are'}"
