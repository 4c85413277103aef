"""The shared memory table, and the frames of physical memory with their free list."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.spaces import SHARED
from kernel_model.view.pictures.svg import WIDTH, Picture, arrow, cell, group, path, rect, text
from kernel_model.view.pictures.words import View, key_words, mode_words, name_of

ROW, HEAD = 58, 58
ROWS = 4  # of a longer table the first ones
COLUMNS = {"slot": 32, "key": 92, "owner": 156, "mode": 172, "bytes": 350, "descriptor": WIDTH - 8}
CELLS, GRID = 32, 64  # frames in a row of the grid; with more than so many there is no grid
SIDE = WIDTH / CELLS
NEXT = 6  # frames of the free list


def segment_table(view: View) -> Picture:
    """The segments in use: entry, region, whether they have memory, who has them attached."""
    title = "Shared memory table"
    used = view.get("shmem", [])
    body = text(0, 16, title, "head")
    for name, x in COLUMNS.items():
        body += text(x, 48, name, "label" if name == "mode" else "label end")
    for place, segment in enumerate(used[:ROWS]):
        body += _segment(view, segment, HEAD + ROW * place)
    if len(used) > ROWS:
        body += text(WIDTH, 16, f"and {len(used) - ROWS} more", "label end")
    if not used:
        body += path(f"M0 {HEAD}H{WIDTH}", "rule") + text(
            14, HEAD + 23, "no entry is in use", "label"
        )
    told = "; ".join(_told(one) for one in used) or "No entry is in use"
    return Picture(title, f"{told}.", HEAD + (ROW * min(len(used), ROWS) or 34), body)


def _segment(view: View, one: View, y: float) -> str:
    name, base = f"seg:{one['slot']}", y + 23
    row = path(f"M0 {y}H{WIDTH}", "rule") + rect(-4, y + 1, WIDTH + 8, ROW - 2, "row")
    row += text(COLUMNS["slot"], base, one["slot"], "mono strong end")
    shown: dict[str, Any] = {
        "key": key_words(one["key"]),
        "owner": one["uid"],
        "bytes": one["segsz"],
    }
    for field, value in shown.items():
        row += cell(COLUMNS[field], base, 76, value, f"{name}.{field}", "mono end")
    row += cell(COLUMNS["mode"], base, 104, mode_words(one["mode"]), f"{name}.mode")
    row += cell(COLUMNS["descriptor"], base, 120, one["shmid"], f"{name}.shmid", "mono strong end")
    row += text(43, base + 24, f"region {one['region']}", "label")
    memory = "no memory yet" if one["cleared"] else "has memory"
    row += cell(
        128, base + 24, 128, memory, f"{name}.cleared", "strong" if one["cleared"] else "label"
    )
    row += cell(276, base + 24, 110, f"attached: {one['nattch']}", f"{name}.nattch", "label")
    last = f"last by {name_of(view, one['lpid'])}"
    row += cell(WIDTH - 8, base + 24, 190, last, f"{name}.lpid", "label end")
    return group(row, key=name, link=f"region:{one['region']} {name}")


def _told(one: View) -> str:
    return (
        f"slot {one['slot']}: key {key_words(one['key'])}, {one['segsz']} bytes, region "
        f"{one['region']}, {'no memory yet' if one['cleared'] else 'with memory'}, attached "
        f"{one['nattch']} times, owner {one['uid']}, mode {mode_words(one['mode'])}, "
        f"descriptor {one['shmid']}"
    )


def frames(view: View) -> Picture:
    """Physical memory, each frame linked to the region that has it, and the free list."""
    title = "Frames"
    body = text(0, 16, title, "head")
    if "frames" not in view:
        return Picture(
            title, "There are no frames yet.", 70, body + text(0, 50, "not there yet", "label")
        )
    known = view["frames"]
    free = known["total"] - known["handed"] + len(known["free"])
    body += cell(
        WIDTH - 8, 16, 190, f"{free} of {known['total']} free", "frames.free", "mono strong end"
    )
    y = 34.0
    if known["total"] <= GRID:
        body += _grid(view, known["total"], y)
        y += -(-known["total"] // CELLS) * (SIDE + 4) + 14
    body += _free(known["next"][:NEXT], free, y)
    first = ", ".join(map(str, known["next"][:NEXT])) or "none"
    return Picture(
        title, f"{free} of {known['total']} frames are free, first {first}.", y + 38, body
    )


def _grid(view: View, total: int, y: float) -> str:
    way, drawn = "", ""
    for frame in range(total):
        x, top = frame % CELLS * SIDE, y + frame // CELLS * (SIDE + 4)
        way += f"M{x:g} {top:g}h{SIDE}v{SIDE}h{-SIDE}z"
    for region in view["regions"]["entries"]:
        for _, frame in region["pages"]:
            x, top = frame % CELLS * SIDE, y + frame // CELLS * (SIDE + 4)
            kind = "taken" if region["type"] in SHARED else "box"
            box = rect(x + 1, top + 1, SIDE - 2, SIDE - 2, kind, 3)
            drawn += group(box, key=f"cell:{frame}", link=f"region:{region['slot']}")
    return path(way, "free") + drawn


def _free(upcoming: list[int], free: int, y: float) -> str:
    """The free list: the frames that are handed out next."""
    drawn = rect(0, y, 64, 32, "box") + text(9, y + 21, "free", "mono")
    if not upcoming:
        return drawn + text(78, y + 21, "no frame is free", "label")
    wide = 9.2 * max(len(str(frame)) for frame in upcoming) + 18
    x = 64.0
    for frame in upcoming:
        if x + 20 + wide > WIDTH - 70:
            break
        drawn += path(f"M{x:g} {y + 16:g}h14", "wire") + arrow(x + 19, y + 16)
        box = rect(x + 20, y, wide, 32, "open", 4)
        box += text(x + 20 + wide / 2, y + 21, frame, "mono middle")
        drawn += group(box, key=f"next:{frame}", link=f"frame:{frame}")
        x += 20 + wide
        free -= 1
    if free:
        drawn += path(f"M{x:g} {y + 16:g}h14", "wire") + arrow(x + 19, y + 16)
        drawn += text(x + 26, y + 21, f"… {free} more", "label")
    return drawn
