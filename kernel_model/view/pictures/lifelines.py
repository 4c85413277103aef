"""Life lines of a sequence diagram: when a process is in a call, and when it sleeps."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.svg import group, path, rect
from kernel_model.view.pictures.words import STATES

TOP, ROW = 66, 31  # where the first row is; a row
Row = dict[str, Any]


def y_of(number: int, first: int) -> float:
    """The height of a row; of one that is not drawn any more the top."""
    return TOP + ROW * max(number - first, -0.4) + ROW / 2


def life_line(name: str, x: float, last: float, rows: list[Row], first: int) -> str:
    """A life line: thin in user mode, a bar while it is in a call, broken and thick asleep."""
    bars, sleeps = "", ""
    begun: int | None = None
    slept: int | None = None
    for number, row in enumerate(rows):
        if row["who"] == name and row["kind"] in ("call", "return", "error"):
            whole = row.get("whole", False)
            if row["kind"] == "call" or whole:
                begun = number
            if row["kind"] != "call":
                bars += _bar(x, begun, number, first, whole)
                begun = None
        if name in row.get("wakes", ()) and slept is not None:
            sleeps += _asleep(x, slept, number, first)
            slept = None
        if row.get("sleep") == name:
            slept = number
    if begun is not None:
        bars += _bar(x, begun, len(rows), first, False)
    if slept is not None:
        sleeps += _asleep(x, slept, len(rows), first)
    return path(f"M{x:g} 60V{last:g}", "rule") + bars + sleeps


def _bar(x: float, begun: int | None, end: int, first: int, whole: bool) -> str:
    if begun is None or end < first:
        return ""
    top = y_of(begun, first) - 9
    return rect(x - 5, top, 10, max(y_of(end, first) - top + (9 if whole else 0), 4), "runs", 3)


def _asleep(x: float, begun: int, end: int, first: int) -> str:
    """A sleep, with its sign where it begins and a small one where it ends."""
    if end < first:
        return ""
    top, low = y_of(begun, first), y_of(end, first)
    drawn = rect(x - 5, top, 10, max(low - top, 4), "naps", 0)
    drawn += path(f"M{x:g} {top:g}V{low:g}", "asleep")
    if begun < first:
        return drawn
    way = f'<g transform="translate({x - 3.6:g} {top:g})scale(.8)">'
    sign = f"{way}{path(STATES['asleep'][2], 'sign')}</g>"
    return drawn + group(rect(x - 9, top - 9, 18, 18, round_=9) + sign, "sleep")
