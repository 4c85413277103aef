"""The message pool: its map of free segments, and which message lies where (Bach 9.1.1)."""

from __future__ import annotations

from kernel_model.view.pictures.svg import WIDTH, Picture, cell, group, path, rect, text
from kernel_model.view.pictures.words import View, message_key, real_messages, segments_of

CELLS = 32  # segments in a row
ROWS = 2
SIDE = WIDTH / CELLS
TOP = 34


def message_map(view: View) -> Picture:
    """The first segments of the pool, taken or free, and the map: extents of free ones."""
    pool = view["msgpool"]
    title = "Message map"
    body = text(0, 16, title, "head")
    body += text(WIDTH - 56, 16, "headers in use", "label end")
    body += cell(WIDTH - 8, 16, 52, pool["headers"], "pool.headers", "mono strong end")
    if not pool["segments"]:
        body += text(0, 50, "this kernel keeps no map: each text is allocated by itself", "label")
        return Picture(title, f"No map; {pool['headers']} headers in use.", 66, body)
    owner = owners(view)
    count = min(CELLS * ROWS, pool["segments"])
    body += _grid(count) + _taken(view, owner, count)
    y = TOP + (SIDE + 4) * ROWS + 22
    extents = [f"{first} + {length}" for first, length in pool["free"]]
    shown = ", ".join(extents[:4]) + (f" and {len(extents) - 4} more" if len(extents) > 4 else "")
    body += text(0, y, "free: first + number", "label")
    body += cell(166, y, WIDTH - 166, shown or "none", "pool.free", "mono")
    told = f"segments 0 to {count - 1} of {pool['segments']}, {pool['segment']} bytes each"
    body += text(0, y + 26, told, "label")
    words = (
        f"{pool['headers']} headers in use; free extents (first + number): {shown or 'none'}; "
        f"{len(set(owner.values()))} messages have segments."
    )
    return Picture(title, words, y + 34, body)


def owners(view: View) -> dict[int, str]:
    """Which message has which segment."""
    found: dict[int, str] = {}
    for q in view["msgque"]:
        for place, message in enumerate(real_messages(q)):
            key = message_key(q["slot"], place, message)
            found |= dict.fromkeys(segments_of(view, message), key)
    return found


def is_free(view: View, unit: int) -> bool:
    """Does the map say that a segment is free?"""
    return any(first <= unit < first + length for first, length in view["msgpool"]["free"])


def _grid(count: int) -> str:
    """The segments, free as long as nothing is drawn on them."""
    way = ""
    for first in range(0, count, CELLS):
        y, wide = TOP + first // CELLS * (SIDE + 4), min(CELLS, count - first) * SIDE
        way += f"M0 {y}h{wide:g}v{SIDE}h{-wide:g}z"
        way += "".join(f"M{n * SIDE:g} {y}v{SIDE}" for n in range(1, min(CELLS, count - first)))
    return path(way, "free")


def _taken(view: View, owner: dict[int, str], count: int) -> str:
    """What is not free: a box for each message and row; dashed where it is on no list (yet)."""
    drawn, unit = "", 0
    while unit < count:
        who, stop = owner.get(unit), unit + 1
        if is_free(view, unit):
            unit = stop
            continue
        while stop < count and stop % CELLS and owner.get(stop) == who and not is_free(view, stop):
            stop += 1
        x, y = unit % CELLS * SIDE, TOP + unit // CELLS * (SIDE + 4)
        box = rect(x + 1, y + 1, (stop - unit) * SIDE - 2, SIDE - 2, "taken" if who else "loose", 3)
        drawn += group(box, key=f"unit:{unit}", link=who or "")
        unit = stop
    return drawn
