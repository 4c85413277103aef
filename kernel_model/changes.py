"""The tables from one look to the next: what is the same as before need not be shown again.

A part is known by its bytes as `marshal` writes them, which tell 1 from True and from 1.0. What
it cannot write, because a function that was installed left it there, counts as changed. Of a list
only the rows that changed are shown, by their places in it; END says how long it is, if it is
shorter than before.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from itertools import repeat
from typing import TYPE_CHECKING, Any

from kernel_model import tables
from kernel_model.parts import Part, Parts, Seen, put
from kernel_model.states import PLAIN
from kernel_model.tables import View

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

VERSIONS = repeat(PLAIN)
NEVER = None  # what nothing is equal to
END = "end"
NEW = repeat(None)  # of tables, and of parts of one, that were not looked at before
Said = list[bytes | None]  # of a list, its rows, and at the end what else they are shown with
# A table as it was: itself, its bytes, and those of its parts; None where there is no such table
Known = tuple[Seen, bytes | None, list[Said]]
NONE_YET: list[Known | None] = []


class Looks:
    """One look at a kernel's tables after another."""

    def __init__(self) -> None:
        self.known = NONE_YET  # the tables, as they were

    def look(self, k: Kernel) -> tuple[bool, View]:
        """Every table, or what `merged` with the look before is every table; and is it the first?

        So is the first after an exception, and one that lacks what the one before had.
        """
        return self.at(tables.snapshot(k))

    def at(self, seen: tables.Snapshot) -> tuple[bool, View]:
        """The same of tables that were looked at already."""
        known, self.known = self.known, NONE_YET  # of no use if there is an exception
        now: list[Known | None] = []
        first, shown = not known, View()
        for (parts, table), before in zip(tables.parts(seen), known or NEW, strict=False):
            if table is None:
                now.append(None)
                first = first or before is not None
                continue
            if before is not None and table is before[0]:
                now.append(before)
                continue
            whole = NEVER if parts is tables.PARTS else part_bytes(table)  # one changes each time
            if whole is not NEVER and before is not None and whole == before[1]:
                now.append(before)
                continue
            said = [said_of(part, table) for part in parts.values()]
            now.append((table, whole, said))
            if not first:
                show_changed(shown, parts, table, said, NEW if before is None else before[2])
        if first:
            shown = tables.show(seen)
        self.known = now
        return first, shown


def show_changed(
    shown: View, parts: Parts, table: Seen, said: list[Said], before: Iterable[Said | None]
) -> None:
    """Enters the parts of a table that are not as before."""
    for (place, part), one, was in zip(parts.items(), said, before, strict=False):
        if one != was or NEVER in one:
            put(shown, place, changed(part, table, one, was))


def said_of(part: Part, table: Seen) -> Said:
    """What a part is known by."""
    if not part.rows:
        return [part_bytes(part.made(table))]
    first, *others = part.members
    try:
        said: Said = list(map(marshal.dumps, table[first], VERSIONS))
    except ValueError:
        said = [part_bytes(row) for row in table[first]]
    said.append(part_bytes([table[number] for number in others]) if others else b"")
    return said


def changed(part: Part, table: Seen, said: Said, before: Said | None) -> Any:
    """A part that changed; of a list, the rows that did."""
    if not part.rows or before is None or said[-1] is NEVER or said[-1] != before[-1]:
        return part.shown(table)
    count = len(said) - 1
    shown: dict[str, Any] = {END: count} if len(said) < len(before) else {}
    for number in range(count):
        row = said[number]
        if row is NEVER or number >= len(before) - 1 or row != before[number]:
            shown[str(number)] = part.row(table, number)
    return shown


def part_bytes(part: Any) -> bytes | None:
    """What a part is known by; NEVER for what cannot be told from another."""
    try:
        return marshal.dumps(part, PLAIN)
    except ValueError:
        return NEVER


def merged(view: View, changed: View) -> View:
    """A view with the parts that changed since; neither of the two is touched.

    A part that did not change is the same object in both; the view is, if nothing did. Raises
    LookupError, TypeError or ValueError for rows that the view does not have.
    """
    if not changed:
        return view
    made = dict(view)
    for name, part in changed.items():
        before = made.get(name)
        if isinstance(before, dict) and isinstance(part, dict):
            joined = {key: _rows_merged(before.get(key), one) for key, one in part.items()}
            made[name] = before | joined
        else:
            made[name] = _rows_merged(before, part)
    return made


def _rows_merged(before: Any, part: Any) -> Any:
    """A list with the rows that changed; anything else as it is."""
    if not isinstance(before, list) or not isinstance(part, dict):
        return part
    rows = before[: part.get(END)]
    for place, row in part.items():
        if place == str(len(rows)):
            rows.append(row)
        elif place != END:
            rows[int(place)] = row
    return rows
