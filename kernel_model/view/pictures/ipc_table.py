"""The table of an IPC mechanism: slots, keys, permission, and how a descriptor is made."""

from __future__ import annotations

from kernel_model.view.pictures.svg import WIDTH, Picture, cell, group, path, rect, text
from kernel_model.view.pictures.words import View, key_words, mode_words

ROW = 34
HEAD = 58
COLUMNS = {"slot": 32, "key": 94, "uid": 154, "mode": 256, "seq": 316, "msqid": WIDTH - 8}
LABELS = {"slot": "slot", "key": "key", "uid": "owner", "mode": "mode", "seq": "reuse"}


def ipc_table(view: View) -> Picture:
    """The message queue table: entries in use, and entries that were freed in this run.

    A plain view tells nothing of free entries; one that was followed through a run does (`freed`),
    and knows how many entries the table has (`size`).
    """
    rows = {q["slot"]: q for q in view["msgque"]}
    freed: dict[int, int] = view.get("freed", {})
    size = view.get("size") or _size(view)
    slots = sorted({*rows, *(slot for slot in freed if slot not in rows)})
    body = text(0, 16, "Message queue table", "head")
    for name, label in LABELS.items():
        body += text(COLUMNS[name], 48, label, "label end")
    made = f"descriptor: slot + reuse × {size}" if size else "descriptor"
    body += text(COLUMNS["msqid"], 48, made, "label end")
    for place, slot in enumerate(slots):
        y = HEAD + ROW * place
        body += path(f"M0 {y}H{WIDTH}", "rule")
        if slot in rows:
            body += _entry(rows[slot], size, y)
        else:
            body += _free(slot, freed[slot], size, y)
    y = HEAD + ROW * len(slots)
    if not slots:
        body += text(14, y + 23, "no entry is in use", "label")
    told = [
        f"slot {q['slot']}: key {key_words(q['key'])}, owner {q['uid']}, mode "
        f"{mode_words(q['mode'])}, reused {q['seq']} times, descriptor {q['msqid']}"
        for q in view["msgque"]
    ]
    told += [f"slot {slot}: free, reused {freed[slot]} times" for slot in slots if slot not in rows]
    words = ("; ".join(told) or "No entry is in use") + "."
    return Picture("Message queue table", words, y + (0 if slots else ROW), body)


def _size(view: View) -> int | None:
    """What the reuse count is multiplied by, where a descriptor shows it."""
    return next(
        ((q["msqid"] - q["slot"]) // q["seq"] for q in view["msgque"] if q["seq"]),
        None,
    )


def _entry(q: View, size: int | None, y: float) -> str:
    name, base = f"slot:{q['slot']}", y + 23
    shown = {
        "key": key_words(q["key"]), "uid": q["uid"], "mode": mode_words(q["mode"]), "seq": q["seq"],
    }  # fmt: skip
    row = rect(-4, y + 1, WIDTH + 8, ROW - 2, "row")
    row += text(COLUMNS["slot"], base, q["slot"], "mono strong end")
    for field, value in shown.items():
        row += cell(
            COLUMNS[field],
            base,
            96 if field == "mode" else 56,
            value,
            f"{name}.{field}",
            "mono end",
        )
    sum_ = f"{q['slot']} + {q['seq']} × {size} = {q['msqid']}" if size else q["msqid"]
    row += cell(COLUMNS["msqid"], base, 200, sum_, f"{name}.msqid", "mono strong end")
    return group(row, key=name, link=f"queue:{q['slot']}")


def _free(slot: int, seq: int, size: int | None, y: float) -> str:
    name, base = f"slot:{slot}", y + 23
    row = rect(-4, y + 1, WIDTH + 8, ROW - 2, "row")
    row += text(COLUMNS["slot"], base, slot, "mono strong end")
    row += text(COLUMNS["key"], base, "free", "label end")
    row += cell(COLUMNS["seq"], base, 60, seq, f"{name}.seq", "mono end")
    if size:
        row += text(COLUMNS["msqid"], base, f"next: {slot} + {seq} × {size}", "label end")
    return group(row, key=name, link=f"queue:{slot}")
