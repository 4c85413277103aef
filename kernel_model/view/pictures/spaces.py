"""Address spaces: region entries of processes, regions with their page tables, scattered frames.

Three columns, with an arrow for every pointer. A run keeps its columns in place: `scope_of` says
for all of its views which frames there are to see, and whether there is room for private regions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    cell,
    group,
    path,
    rect,
    shortened,
    text,
    token,
)
from kernel_model.view.pictures.words import View, address_words, held_words, pages_told

PRIVATE = ("text", "data", "stack")
SHARED = ("shared", "mapped")  # types of regions that several processes write into
ROOM = 7  # active regions that have room with all that belongs to them
FRAMES = 18  # frames in the column, at most
PAGES = 4  # rows of a page table, at most
ENTRY, REGION, TABLE, FRAME = 222, 258, 360, 474  # right of the entries; left of the others
TOP, ROW, PAGE_ROW, BOX = 62, 26, 24, 52
Point = tuple[float, float]
NO_MEMORY = "No process has memory that the kernel shows."


@dataclass(frozen=True)
class Scope:
    """What of memory is drawn."""

    folded: bool  # text, data and stack of a process as one line, without their regions
    frames: tuple[int, ...]  # in the order of their numbers


def scope_of(views: Iterable[View]) -> Scope:
    """The scope that fits all the views of a run."""
    seen = [view for view in views if "spaces" in view]
    folded = any(
        len(view["regions"]["active"]) > ROOM
        and any(one["type"] not in PRIVATE for one in view["regions"]["entries"])
        for view in seen
    )
    total = max((view["frames"]["total"] for view in seen), default=0)
    if total <= FRAMES:
        return Scope(folded, tuple(range(total)))
    used = {
        frame
        for view in seen
        for region in _regions(view, folded)
        for page, frame in _rows(region)
        if frame is not None
    }
    return Scope(folded, tuple(sorted(used)[:FRAMES]))


def spaces(view: View, scope: Scope | None = None) -> Picture:
    """Every process's region entries, the regions they point to, and the frames of their pages."""
    title = "Address spaces"
    body = text(0, 16, title, "head")
    if "spaces" not in view:
        return Picture(title, NO_MEMORY, 70, body + text(0, 50, "no memory yet", "label"))
    scope = scope or scope_of([view])
    for x, words in ((0, "region entries"), (REGION, "regions"), (TABLE, "page tables"),
                     (FRAME, "frames")):  # fmt: skip
        body += text(x, 46, words, "label")
    regions = _regions(view, scope.folded)
    spots, y = {}, float(TOP)
    for region in regions:
        spots[region["slot"]] = y
        y += _tall(region) + 10
    owners = {frame: one["slot"] for one in view["regions"]["entries"] for _, frame in one["pages"]}
    kinds = {one["slot"]: one["type"] for one in view["regions"]["entries"]}
    entries, wires, low = _entries(view, scope.folded, spots, kinds)
    ladder, places, foot = _frames(view, scope, owners, kinds)
    wires += [wire for one in regions for wire in _pointers(one, spots[one["slot"]], places)]
    body += "".join(sorted(wires, key=lambda wire: 'class="bold"' in wire)) + entries
    body += "".join(_region(one, spots[one["slot"]]) for one in regions) + ladder
    return Picture(title, _words(view, regions), max(y, low, foot) + 4, body)


def _regions(view: View, folded: bool) -> list[View]:
    """The regions to draw, in the order in which processes have them, then those nobody has."""
    known = {one["slot"]: one for one in view["regions"]["entries"]}
    order = [entry["region"] for space in view["spaces"] for entry in space["regions"]]
    order += view["regions"]["active"]
    found = [known[slot] for slot in dict.fromkeys(order) if slot in known]
    shown = [one for one in found if not (folded and one["type"] in PRIVATE)]
    return shown[: ROOM + 1]


def _rows(region: View) -> list[tuple[int | None, int | None]]:
    """Page and frame of each row of the page table; (None, None) for those left out."""
    of = dict(region["pages"])
    size = region["size"] if isinstance(region["size"], int) else 0
    pages: list[tuple[int | None, int | None]] = [
        (page, of.get(page)) for page in range(max(size, max(of, default=-1) + 1))
    ]
    if len(pages) > PAGES:
        return [*pages[: PAGES - 2], (None, None), pages[-1]]
    return pages


def _tall(region: View) -> float:
    return max(BOX, PAGE_ROW * len(_rows(region)) + 4)


def _entries(
    view: View, folded: bool, spots: dict[int, float], kinds: dict[int, str]
) -> tuple[str, list[str], float]:
    """The entries process by process, the arrows from them, and where the column ends."""
    drawn, wires, y = "", [], TOP - 6.0
    for space in view["spaces"]:
        name = space["name"]
        drawn += token(0, y, name, f"space:{name}")
        drawn += cell(
            ENTRY, y + 20, 110, pages_told(space["size"]), f"space:{name}.size", "mono end"
        )
        y += 36
        for entry in space["regions"]:
            if folded and entry["type"] in PRIVATE:
                continue
            drawn += _entry(name, entry, kinds, y)
            if entry["region"] in spots:
                start = ENTRY, y + ROW / 2 - 1
                end = REGION, spots[entry["region"]] + BOX / 2 - 10
                wires.append(_wire(start, end, entry["region"], kinds, f"proc:{name}"))
            y += ROW
        if folded:
            drawn += text(6, y + 17, "and text, data, stack", "label")
            y += ROW
        y += 16
    return drawn, wires, y - 16


def _entry(name: str, entry: View, kinds: dict[int, str], y: float) -> str:
    key = f"entry:{name}.{entry['slot']}"
    row = rect(0, y, ENTRY, ROW - 2, _kind(entry["region"], kinds), 4)
    row += text(7, y + 17, entry["type"], "label")
    left = 82 if entry["addr"] < 1 << 40 else 59  # beside the longest type
    row += cell(left, y + 17, 142, address_words(entry["addr"]), f"{key}.addr", "mono")
    if entry["type"] != "text":
        row += text(ENTRY - 6, y + 17, "r" if entry["readonly"] else "rw", "label end")
    link = f"region:{entry['region']} proc:{name}"
    return group(row, key=key, link=link)


def _kind(slot: int, kinds: dict[int, str]) -> str:
    """How what belongs to a region is drawn: shared memory has the colour of memory."""
    return "held" if kinds.get(slot) in SHARED else "box"


def _wire(start: Point, end: Point, slot: int, kinds: dict[int, str], more: str = "") -> str:
    """An arrow between two columns; those of shared memory stand out."""
    (x, y), (to, at) = start, end
    middle, kind = (x + to) / 2, "thin" if _kind(slot, kinds) == "box" else "bold"
    way = path(f"M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {at:g} {to - 8:g} {at:g}", kind)
    return group(way + arrow(to - 1, at), link=f"region:{slot} {more}".strip())


def _region(region: View, y: float) -> str:
    slot, name = region["slot"], f"region:{region['slot']}"
    tall, wide = _tall(region), FRAME - 40 - REGION
    kind = _kind(slot, {slot: region["type"]})
    box = rect(REGION, y, wide, tall, kind)
    box += path(f"M{TABLE} {y + 1:g}v{tall - 2:g}", "rule")
    box += text(REGION + 8, y + 21, slot, "mono strong")
    box += text(REGION + 18 + 9 * len(str(slot)), y + 21, region["type"] or "none")
    many = "ref" if region["refcount"] == 1 else "refs"
    box += cell(REGION + 9, y + 43, 60, f"{region['refcount']} {many}", f"{name}.refcount", "label")
    if region["locked"]:
        box += padlock(TABLE - 9, y - 9, f"{name}.locked")
    rows = _rows(region)
    for place, (page, frame) in enumerate(rows):
        base = y + PAGE_ROW * place + 19
        if page is None:
            box += text(TABLE + 8, base, f"… {region['size'] - len(rows) + 1} more", "label")
            continue
        box += text(TABLE + 8, base, page, "label")
        told = "–" if frame is None else frame
        box += cell(FRAME - 48, base, 52, told, f"page:{slot}.{page}", "mono end")
    if not rows:
        box += text(TABLE + 8, y + 21, "no page", "label")
    return group(box, key=name, link=name)


def padlock(x: float, y: float, name: str) -> str:
    """The sign of a lock that is held, 18 wide and high."""
    sign = path(f"M{x + 4:g} {y + 8:g}h10v7h-10zM{x + 6:g} {y + 8:g}v-2a3 3 0 0 1 6 0v2", "sign")
    ground = rect(x - 1, y - 1, 20, 20, "paper", 5)
    return ground + group(rect(x, y, 18, 18, round_=4) + sign, "cell", cell=name)


def _pointers(region: View, y: float, places: dict[int, float]) -> list[str]:
    """The arrows from its page table to frames."""
    slot, kinds = region["slot"], {region["slot"]: region["type"]}
    return [
        _wire((FRAME - 40, y + PAGE_ROW * place + 14), (FRAME, places[frame]), slot, kinds)
        for place, (_, frame) in enumerate(_rows(region))
        if frame is not None and frame in places
    ]


def _frames(
    view: View, scope: Scope, owners: dict[int, int], kinds: dict[int, str]
) -> tuple[str, dict[int, float], float]:
    """The column of frames, where each lies in it, and where it ends."""
    text_of = dict(view["frames"]["text"])
    drawn, places, y, last = "", {}, float(TOP), -1
    for frame in scope.frames:
        if frame != last + 1:
            drawn += text((FRAME + WIDTH) / 2, y + 9, "⋮", "label middle")
            y += 16
        owner = owners.get(frame)
        kind = "open" if owner is None else _kind(owner, kinds)
        box = rect(FRAME, y, WIDTH - FRAME, 21, kind, 3)
        box += text(FRAME + 6, y + 16, frame, "label" if owner is None else "mono")
        wide = 14 + 9 * len(str(frame))
        if text_of.get(frame) and wide < 60:
            told = shortened(held_words(text_of[frame]), int((WIDTH - FRAME - wide) / 7.4))
            box += text(WIDTH - 5, y + 16, told, "label end")
        link = f"frame:{frame}" if owner is None else f"region:{owner} frame:{frame}"
        drawn += group(box, key=f"frame:{frame}", link=link)
        places[frame] = y + 10.5
        y, last = y + 25, frame
    return drawn, places, y


def _words(view: View, regions: list[View]) -> str:
    told: list[str] = []
    for space in view["spaces"]:
        has = [
            f"{one['type']} at {address_words(one['addr'])} (region {one['region']}"
            f"{', to read only' if one['readonly'] and one['type'] != 'text' else ''})"
            for one in space["regions"]
        ]
        told.append(f"{space['name']} has {pages_told(space['size'])}: {', '.join(has)}")
    told += [_said(one) for one in regions]
    return ("; ".join(told) or "No process has regions") + "."


def _said(region: View) -> str:
    pages: list[Any] = [f"page {page} in frame {frame}" for page, frame in region["pages"]]
    lock = ", locked" if region["locked"] else ""
    return (
        f"region {region['slot']} is {region['type']}, {region['refcount']} references{lock}: "
        f"{', '.join(pages[:6]) or 'no memory'}"
    )
