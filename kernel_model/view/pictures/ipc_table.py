"""The table of an IPC mechanism: slots, keys, permission, and how a descriptor is made."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.svg import WIDTH, Picture, cell, group, path, rect, text
from kernel_model.view.pictures.words import (
    CLASSES,
    View,
    deciding_class,
    key_words,
    mode_words,
)

ROW = 34
HEAD = 58
ROWS = 8  # of a longer table the first ones, how many more, and the last
COLUMNS = {"slot": 32, "key": 84, "uid": 168, "cuid": 254, "seq": 398, "msqid": WIDTH - 8}
LABELS = {"slot": "slot", "key": "key", "uid": "owner", "cuid": "creator", "seq": "reuse"}
MODE = 268  # where the permission bits begin


def ipc_table(view: View) -> Picture:
    """The message queue table: entries in use, and entries that were freed in this run.

    A plain view tells nothing of free entries; one that was followed through a run does (`freed`),
    and knows how many entries the table has (`size`).
    """
    used = {q["slot"]: q for q in view["msgque"]}
    freed: dict[int, int] = view.get("freed", {})
    size = view.get("size") or _size(view)
    slots: list[int | None] = [*sorted({*used, *freed})]
    if len(slots) > ROWS:
        slots = [*slots[: ROWS - 3], None, *slots[-2:]]
    body = text(0, 16, "Message queue table", "head") + _labels(size)
    for place, slot in enumerate(slots):
        y = HEAD + ROW * place
        body += path(f"M0 {y}H{WIDTH}", "rule")
        if slot is None:
            more = len({*used, *freed}) - ROWS + 1
            body += text(14, y + 23, f"… {more} more", "label")
        elif slot in used:
            body += _entry(view, used[slot], size, y)
        else:
            body += _free(slot, freed[slot], size, y)
    if not slots:
        body += text(14, HEAD + 23, "no entry is in use", "label")
    height = HEAD + ROW * max(len(slots), 1)
    return Picture("Message queue table", _words(used, freed), height, body)


def _size(view: View) -> int | None:
    """What the reuse count is multiplied by, where a descriptor shows it."""
    return next(
        ((q["msqid"] - q["slot"]) // q["seq"] for q in view["msgque"] if q["seq"]),
        None,
    )


def _labels(size: int | None) -> str:
    drawn = "".join(text(COLUMNS[name], 48, label, "label end") for name, label in LABELS.items())
    made = f"slot + reuse × {size}" if size else "descriptor"
    return drawn + text(MODE, 48, "mode", "label") + text(COLUMNS["msqid"], 48, made, "label end")


def _entry(view: View, q: View, size: int | None, y: float) -> str:
    name, base = f"slot:{q['slot']}", y + 23
    row = rect(-4, y + 1, WIDTH + 8, ROW - 2, "row")
    row += text(COLUMNS["slot"], base, q["slot"], "mono strong end")
    owner, creator = _user(q["uid"], q["gid"]), _user(q["cuid"], q["cgid"])
    shown = {"key": key_words(q["key"]), "uid": owner, "cuid": creator, "seq": q["seq"]}
    for field, value in shown.items():
        row += cell(COLUMNS[field], base, 92, value, f"{name}.{field}", "mono end")
    row += _mode(view, q, base)
    made = f"{q['slot']} + {q['seq']} × {size} = {q['msqid']}"
    made = made if size and len(made) <= 16 else f"{q['msqid']}"
    row += cell(COLUMNS["msqid"], base, 190, made, f"{name}.msqid", "mono strong end")
    return group(row, key=name, link=f"queue:{q['slot']}")


def _user(uid: Any, gid: Any) -> str:
    """A user, with the group where it has another number."""
    return str(uid) if uid == gid else f"{uid}:{gid}"


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


def _free(slot: int, seq: int, size: int | None, y: float) -> str:
    name, base = f"slot:{slot}", y + 23
    row = rect(-4, y + 1, WIDTH + 8, ROW - 2, "row")
    row += text(COLUMNS["slot"], base, slot, "mono strong end")
    row += text(COLUMNS["key"], base, "free", "label end")
    row += cell(COLUMNS["seq"], base, 56, seq, f"{name}.seq", "mono end")
    if size:
        row += text(COLUMNS["msqid"], base, f"next: {slot} + {seq} × {size}", "label end")
    return group(row, key=name, link=f"queue:{slot}")


def _words(used: dict[int, View], freed: dict[int, int]) -> str:
    told = [
        f"slot {q['slot']}: key {key_words(q['key'])}, owner {q['uid']}, creator {q['cuid']}, "
        f"mode {mode_words(q['mode'])}, reused {q['seq']} times, descriptor {q['msqid']}"
        for q in used.values()
    ]
    told += [f"slot {slot}: free, reused {seq} times" for slot, seq in freed.items()
             if slot not in used]  # fmt: skip
    return ("; ".join(told) or "No entry is in use") + "."
