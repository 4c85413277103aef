"""The region table: every region is on the free list or on the active one (Bach 6.2.1)."""

from __future__ import annotations

from kernel_model.view.pictures.spaces import SHARED, padlock
from kernel_model.view.pictures.svg import WIDTH, Picture, arrow, cell, group, path, rect, text
from kernel_model.view.pictures.words import View

HEAD, BOX, GAP, TALL = 72, 102, 20, 56  # width of a list's head; a region and what is between two
ACROSS = 4  # regions in a row
ROWS = 2
FREE = 50  # width of a free region


def region_table(view: View) -> Picture:
    """Both lists with their links, in their order."""
    title = "Region table"
    body = text(0, 16, title, "head")
    if "regions" not in view:
        return Picture(
            title, "There is no region yet.", 70, body + text(0, 50, "not there yet", "label")
        )
    table = view["regions"]
    known = {one["slot"]: one for one in table["entries"]}
    body += text(WIDTH, 16, f"{table['count']} entries", "label end")
    drawn, y = _active(table["active"], known)
    body += drawn
    body += _free(table["free"], y)
    return Picture(title, _words(table, known), y + 42, body)


def _head(y: float, name: str, empty: bool) -> str:
    """Where a list begins: the field that points to its first region."""
    head = rect(0, y, HEAD, 36, "box") + text(9, y + 23, name, "mono")
    if empty:
        head += text(HEAD + 14, y + 23, "the list is empty", "label")
    return group(head, key=f"head:{name}")


def _active(slots: list[int], known: dict[int, View]) -> tuple[str, float]:
    """The active list in rows; of a long one its beginning, how many more, and its last."""
    y, most = 34.0, ACROSS * ROWS
    shown: list[int | None] = [*slots]
    if len(slots) > most:
        shown = [*slots[: most - 2], None, slots[-1]]
    drawn = _head(y, "active", not slots)
    for place, slot in enumerate(shown):
        x = HEAD + GAP + place % ACROSS * (BOX + GAP)
        at = y + place // ACROSS * (TALL + 16)
        if place and place % ACROSS == 0:  # from the end of the row above
            way = f"M{x + ACROSS * (BOX + GAP) - GAP:g} {at - 36:g}h10v28H{x - 14:g}v26h8"
            drawn += path(way, "wire") + arrow(x - 1, at + 18)
        else:
            drawn += path(f"M{x - GAP:g} {at + 18:g}h{GAP - 6}", "wire") + arrow(x - 1, at + 18)
        if slot is None:
            drawn += rect(x, at, BOX, TALL, "open")
            drawn += text(x + BOX / 2, at + 33, f"{len(slots) - most + 1} more", "strong middle")
        else:
            drawn += _region(slot, known, x, at)
    rows = max(-(-len(shown) // ACROSS), 1)
    return drawn, y + rows * (TALL + 16)


def _region(slot: int, known: dict[int, View], x: float, y: float) -> str:
    region = known.get(slot) or {"type": "?", "refcount": "?", "locked": False, "sticky": False}
    name = f"region:{slot}"
    box = rect(x, y, BOX, TALL, "held" if region["type"] in SHARED else "box")
    box += text(x + 8, y + 22, slot, "mono strong")
    box += text(x + 18 + 9 * len(str(slot)), y + 22, region["type"] or "none")
    told = f"{region['refcount']} {'ref' if region['refcount'] == 1 else 'refs'}"
    box += cell(x + 9, y + 45, 60, told, f"{name}.refcount", "label")
    if region["sticky"]:
        box += cell(x + BOX - 7, y + 45, 60, "stays", f"{name}.sticky", "label end strong")
    if region["locked"]:
        box += padlock(x + BOX - 28, y - 9, f"{name}.locked")
    return group(box, key=f"active:{slot}", link=name)


def _free(slots: list[int], y: float) -> str:
    drawn, room = _head(y, "free", not slots), 6
    shown = slots if len(slots) <= room else slots[: room - 1]
    x = float(HEAD + GAP)
    for slot in shown:
        drawn += path(f"M{x - GAP:g} {y + 18:g}h{GAP - 6}", "wire") + arrow(x - 1, y + 18)
        box = rect(x, y, FREE, 36, "open") + text(x + FREE / 2, y + 24, slot, "mono middle")
        drawn += group(box, key=f"free:{slot}", link=f"region:{slot}")
        x += FREE + GAP
    if len(shown) < len(slots):
        drawn += path(f"M{x - GAP:g} {y + 18:g}h{GAP - 6}", "wire") + arrow(x - 1, y + 18)
        drawn += text(x + 8, y + 24, f"… {len(slots) - len(shown)} more", "label")
    return drawn


def _words(table: View, known: dict[int, View]) -> str:
    active = [
        f"{slot} ({one['type']}, {one['refcount']} references"
        f"{', locked' if one['locked'] else ''}{', stays without any' if one['sticky'] else ''})"
        for slot in table["active"]
        if (one := known.get(slot)) is not None
    ]
    free = [str(slot) for slot in table["free"][:8]]
    more = f" and {len(table['free']) - 8} more" if len(table["free"]) > 8 else ""
    told = f"Active list: {', '.join(active) or 'empty'}"
    return f"{told}; free list: {', '.join(free) or 'empty'}{more}."
