"""What is asked of code over cells, as data: one property, for so many processors.

    {"id": "three-exclusion", "topic": "exclusion", "processors": 3, "property": "mutex",
     "needs": ["one-gets-in"], "why": MISCONCEPTION, "fact": WHAT HOLDS}

`needs` names claims without which this one says nothing: a lock that nobody gets past keeps
everybody apart. A claim that is `open` counts as held where the search does not come to an end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

PROPERTIES = ("mutex", "deadlock", "starvation", "release")


@dataclass(frozen=True, slots=True)
class Claim:
    """One property of all schedules of so many processors."""

    id: str
    topic: str  # the rule that it tests
    processors: int
    property: str
    why: str  # the misconception that it catches
    fact: str  # what holds
    needs: tuple[str, ...] = ()
    open: bool = False


def load(path: Path) -> list[Claim]:
    """The claims of a file; raises ValueError for a malformed one."""
    try:
        found = [
            Claim(**{**one, "needs": tuple(one.get("needs", ()))})
            for one in json.loads(path.read_text(encoding="utf-8"))
        ]
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{path}: {error}") from None
    known: set[str] = set()
    for one in found:
        if one.property not in PROPERTIES:
            raise ValueError(f"{path}: {one.id}: there is no property {one.property}")
        if not known >= set(one.needs):
            raise ValueError(f"{path}: {one.id} needs a claim that does not stand before it")
        known.add(one.id)
    return found
