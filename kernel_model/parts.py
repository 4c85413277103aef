"""Parts of the tables: what is known, and shown, one by one from one look to the next.

A table that was looked at is a tuple. A part is a place in its JSON, made of some of its members.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Place = tuple[Any, ...]  # of a part of the JSON: the keys that lead to it
Seen = tuple[Any, ...]  # a table as it was looked at


class Part(NamedTuple):
    """How a place comes about; `show` makes JSON of the members.

    Of a list, it makes JSON of one row, and of all members but the first, which are the rows.
    """

    members: tuple[int, ...]  # by their places in the table; (): the table itself
    show: Callable[..., Any]
    rows: bool = False

    def made(self, seen: Seen) -> list[Any]:
        """The members."""
        return [seen[number] for number in self.members] or [seen]

    def shown(self, seen: Seen) -> Any:
        """JSON of the whole part."""
        first, *others = self.made(seen)
        if self.rows:
            return [self.show(row, *others) for row in first]
        return self.show(first, *others)

    def row(self, seen: Seen, number: int) -> Any:
        """JSON of one row."""
        first, *others = self.made(seen)
        return self.show(first[number], *others)


Parts = dict[Place, Part]


def show_all(seen: Seen | None, parts: Parts) -> dict[str, Any]:
    """A table as JSON; {} while there is none."""
    shown: dict[str, Any] = {}
    if seen is not None:
        for place, part in parts.items():
            put(shown, place, part.shown(seen))
    return shown


def put(shown: dict[str, Any], place: Place, part: Any) -> None:
    """Enters what is shown of a part at its place; what has none is places with their parts."""
    if type(place[0]) is int:
        shown |= part
        return
    *outer, name = place
    for key in outer:
        shown = shown.setdefault(key, {})
    shown[name] = part


def named(*names: str) -> Callable[[tuple[Any, ...]], dict[str, Any]]:
    """What makes JSON of a row whose members have these names."""
    return lambda row: dict(zip(names, row, strict=True))
