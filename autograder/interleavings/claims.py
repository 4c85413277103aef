"""What is asked of code over cells, as data: one property, for so many processors or in a setting.

    {"id": "three-exclusion", "topic": "exclusion", "processors": 3, "property": "mutex",
     "needs": ["one-gets-in"], "why": MISCONCEPTION, "fact": WHAT HOLDS}

    {"id": "pair-wakeup", "topic": "wakeup", "setting": "pair", "property": "wakeup", ...}

A setting is a file of the exercise that says what the processors do (`systems`). Without one, each
of the processors takes a lock and lets it go for ever.
`needs` names claims without which this one says nothing: a lock that nobody gets past keeps
everybody apart. A claim that is `open` counts as held where the search does not come to an end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OF_LOCKS = ("mutex", "deadlock", "starvation", "release")
OF_SETTINGS = {  # and what the search calls a schedule that breaks it
    "mutex": ("mutex",),
    "values": ("invariant", "final"),
    "wakeup": ("lost_wakeup",),
    "rest": ("deadlock",),
    "circles": ("livelock",),  # nobody goes round in any
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One property of all schedules of so many processors."""

    id: str
    topic: str  # the rule that it tests
    property: str
    why: str  # the misconception that it catches
    fact: str  # what holds
    processors: int = 0  # of a lock
    setting: str = ""  # of functions that programs call
    needs: tuple[str, ...] = ()
    open: bool = False

    def search(self) -> str | int:
        """Claims that have the same share one search."""
        return self.setting or self.processors

    def broken_by(self, schedule: str) -> bool:
        """Does a schedule of this property break it?"""
        return schedule in OF_SETTINGS.get(self.property, ()) or schedule == self.property

    def malformed(self) -> str:
        """What is wrong with it, in words; "" of a sound one."""
        if self.property not in (OF_SETTINGS if self.setting else OF_LOCKS):
            return f"there is no property {self.property}"
        if bool(self.setting) == (self.processors > 0):
            return "a claim has a setting, or a number of processors"
        return ""


def told_by(failing: Iterable[Claim], first: Claim, schedule: str) -> Claim:
    """The claim that the one schedule of a search breaks; `first` where it breaks none of them."""
    same = (one for one in failing if one.search() == first.search())
    return next((one for one in same if one.broken_by(schedule)), first)


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
        if one.malformed():
            raise ValueError(f"{path}: {one.id}: {one.malformed()}")
        if not known >= set(one.needs):
            raise ValueError(f"{path}: {one.id} needs a claim that does not stand before it")
        known.add(one.id)
    return found
