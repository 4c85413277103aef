"""The table of an IPC mechanism: slots, keys, permission, and how a descriptor is made."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    cell,
    group,
    path,
    rect,
    shortened,
    text,
)
from kernel_model.view.pictures.words import (
    CLASSES,
    View,
    deciding_class,
    key_words,
    mode_words,
)

ROW = 34
HEAD = 58
GROUP = 18  # what the line of the groups adds to a row
ROWS = 8  # of a longer table the first ones, how many more, and the last
COLUMNS = {"slot": 28, "key": 104, "uid": 178, "cuid": 252, "seq": 408, "msqid": WIDTH - 8}
LABELS = {"slot": "slot", "key": "key", "uid": "owner", "cuid": "creator", "seq": "reuse",
          "msqid": "descriptor"}  # fmt: skip
MODE = 268  # where the permission bits begin
WIDE = 72  # of key, owner and creator
FORMULA = 15  # characters of a descriptor with its parts


def ipc_table(view: View) -> Picture:
    """The message queue table: entries in use, and those that are free.

    A plain view tells nothing of free entries; one that was followed through a run, or that
    `view_of` made, does (`freed`: reuse counts by slot), and knows how many entries the table has
    (`size`). Of a small table every entry is drawn, of a large one those that were used once.
    """
    used = {q["slot"]: q for q in view["msgque"]}
    size = view.get("size") or _size(view)
    every = range(size) if size and size <= ROWS else ()
    free: dict[int, int | None] = {slot: None for slot in every if slot not in used}
    free |= {slot: seq for slot, seq in view.get("freed", {}).items() if slot not in used}
    slots: list[int | None] = [*sorted({*used, *free})]
    if len(slots) > ROWS:
        slots = [*slots[: ROWS - 3], None, *slots[-2:]]
    body, y = text(0, 16, "Message queue table", "head") + _labels(), float(HEAD)
    tall = ROW + (GROUP if any(map(_groups, used.values())) else 0)
    for slot in slots:
        body += path(f"M0 {y:g}H{WIDTH}", "rule")
        if slot is None:
            more = len({*used, *free}) - ROWS + 1
            body += text(14, y + 23, f"… {more} more", "label")
        elif slot in used:
            body += _entry(view, used[slot], size, y, tall)
        else:
            body += _free(slot, free[slot], size, y)
        y += tall if slot in used else ROW
    if not slots:
        body += text(14, HEAD + 23, "no entry is in use", "label")
    height = max(y, HEAD + ROW)
    return Picture("Message queue table", _words(used, free), height, body)


def _size(view: View) -> int | None:
    """What the reuse count is multiplied by, where a descriptor shows it."""
    return next(
        ((q["msqid"] - q["slot"]) // q["seq"] for q in view["msgque"] if q["seq"]),
        None,
    )


def _labels() -> str:
    drawn = "".join(text(COLUMNS[name], 48, label, "label end") for name, label in LABELS.items())
    return drawn + text(MODE, 48, "mode", "label")


def _entry(view: View, q: View, size: int | None, y: float, tall: float) -> str:
    """A row; with a second line for the groups if it is so tall."""
    name, base = f"slot:{q['slot']}", y + 23
    row = rect(-4, y + 1, WIDTH + 8, tall - 2, "row")
    row += text(COLUMNS["slot"], base, q["slot"], "mono strong end")
    shown = {"key": key_words(q["key"]), "uid": q["uid"], "cuid": q["cuid"], "seq": q["seq"]}
    for field, value in shown.items():
        told = shortened(value, 8)
        row += cell(COLUMNS[field], base, WIDE, told, f"{name}.{field}", "mono end")
    if tall > ROW:
        row += text(COLUMNS["key"], base + GROUP, "group", "label end")
        for field, user in (("gid", "uid"), ("cgid", "cuid")):
            told = shortened(q[field], 8)
            row += cell(COLUMNS[user], base + GROUP, WIDE, told, f"{name}.{field}", "label end")
    row += _mode(view, q, base)
    made = f"{q['slot']} + {q['seq']} × {size} = {q['msqid']}"
    made = made if size and q["seq"] and len(made) <= FORMULA else f"{q['msqid']}"
    row += cell(COLUMNS["msqid"], base, 150, made, f"{name}.msqid", "mono strong end")
    return group(row, key=name, link=f"queue:{q['slot']}")


def _groups(q: View) -> bool:
    """Has the owner or the creator a group with another number?"""
    return (q["uid"], q["cuid"]) != (q["gid"], q["cgid"])


def _mode(view: View, q: View, base: float) -> str:
    """The permission bits by class, each linked to the processes for which it decides."""
    shown, name = mode_words(q["mode"]), f"slot:{q['slot']}.mode"
    if len(shown) != 9:
        return cell(MODE, base, 100, shown, name)
    drawn = rect(MODE - 5, base - 17, 104, 24, round_=4)
    for place, class_ in enumerate(CLASSES):
        decides = [p["name"] for p in view["procs"] if deciding_class(p, q) == class_]
        link = " ".join([f"mode:{q['slot']}.{class_}", *(f"proc:{one}" for one in decides)])
        x = MODE + 33 * place
        bits = rect(x - 3, base - 15, 34, 20, "row", 4)
        bits += text(x, base, shown[3 * place : 3 * place + 3], "mono")
        drawn += group(bits, link=link)
    return group(drawn, "cell", cell=name)


def _free(slot: int, seq: int | None, size: int | None, y: float) -> str:
    """The row of a free entry; its reuse count and next descriptor, as far as they are known."""
    name, base = f"slot:{slot}", y + 23
    row = rect(-4, y + 1, WIDTH + 8, ROW - 2, "row")
    row += text(COLUMNS["slot"], base, slot, "mono strong end")
    row += text(COLUMNS["key"], base, "free", "label end")
    if seq is not None:
        row += cell(COLUMNS["seq"], base, 56, seq, f"{name}.seq", "mono end")
    if size and seq:
        row += text(COLUMNS["msqid"], base, f"next: {slot} + {seq} × {size}", "label end")
    return group(row, key=name, link=f"queue:{slot}")


def _words(used: dict[int, View], free: dict[int, int | None]) -> str:
    told = [
        f"slot {q['slot']}: key {key_words(q['key'])}, owner {_user(q['uid'], q['gid'])}, "
        f"creator {_user(q['cuid'], q['cgid'])}, mode {mode_words(q['mode'])}, "
        f"reused {q['seq']} times, descriptor {q['msqid']}"
        for q in used.values()
    ]
    told += [
        f"slot {slot}: free" + (f", reused {seq} times" if seq else "")
        for slot, seq in sorted(free.items())
    ]
    return ("; ".join(told) or "No entry is in use") + "."


def _user(uid: Any, gid: Any) -> str:
    """A user in words, with the group where it has another number."""
    return str(uid) if uid == gid else f"{uid} (group {gid})"
