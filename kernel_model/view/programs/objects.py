"""What programs share, in one small picture: semaphores, queues, words of shared memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kernel_model.view.pictures.svg import WIDTH, Picture, group, rect, shortened, text
from kernel_model.view.pictures.words import View, real_messages, sleepers_on

ROW, TALL, WIDE, TEXT = 64, 34, 62, 7  # of a row, a box, and characters in it
WORD = 8  # bytes
TITLE = "What they share"
Boxes = list[tuple[str, str]]  # what stands in a box, and below it


def objects(view: View) -> Picture:
    """A row for each set of semaphores, queue and segment in use."""
    body, told = text(0, 16, TITLE, "head"), []
    y = 30.0
    for name, boxes, words in _rows(view):
        body += text(0, y + 23, name, "strong")
        x = 130.0
        for shown, below in boxes:
            inside = rect(x, y, WIDE, TALL, "box", 4)
            inside += text(x + WIDE / 2, y + 23, shortened(shown, TEXT), "mono strong middle")
            body += group(inside) + text(x + WIDE / 2, y + 50, shortened(below, 12), "label middle")
            x += WIDE + 6
        body += text(x + 4, y + 23, words, "label") if words else ""
        held = ", ".join(shown for shown, _ in boxes) or words
        told.append(f"{name}: {held}")
        y += ROW
    return Picture(TITLE, "; ".join(told) + ".", max(y - 10, 40), body)


def _rows(view: View) -> Iterator[tuple[str, Boxes, str]]:
    """Name, boxes, and words beside them."""
    most = int((WIDTH - 130) / (WIDE + 6))
    for one in view.get("sema", []):
        sems = [(str(sem["semval"]), f"[{n}]") for n, sem in enumerate(one["sems"])]
        yield f"semaphores {one['slot']}", sems[:most], ""
    for q in view["msgque"]:
        found = [(m["text"] or "–", f"type {m['mtype']}") for m in real_messages(q)]
        more = f"+{len(found) - most}" if len(found) > most else ""
        waiting = sleepers_on(view, f"msgque[{q['slot']}].arrival")
        words = "" if found else "empty" + (f", {len(waiting)} asleep" if waiting else "")
        yield f"queue {q['slot']}", found[:most], more or words
    for one in view.get("shmem", []):
        yield f"segment {one['slot']}", _words(view, one)[:most], ""
    for one in view.get("signals", []):
        rows = [
            row for row in one["rows"] if row["action"] != "SIG_DFL" or row["pending"] or row["ran"]
        ]
        yield f"signals: {one['name']}", [_signal(row) for row in rows][:most], ""
    for one in view.get("mutexes", []):
        held = f"held by {one['holder']}" if one["holder"] else one["state"]
        yield "mutex", [], held
    for one in view.get("conditions", []):
        asleep = one["waiting"]
        yield "condition", [], f"{' and '.join(asleep)} asleep" if asleep else "nobody waits"


def _signal(row: View) -> tuple[str, str]:
    """What a signal does, and below it which one it is, and whether it has come."""
    does = {"SIG_DFL": "default", "SIG_IGN": "ignored"}.get(row["action"], "handler")
    name = row["sig"].removeprefix("SIG")
    return does, f"{name} {'blocked' if row['blocked'] else 'pending'}" if row["pending"] else name


def _words(view: View, segment: Any) -> Boxes:
    """The first words of a segment, up to the last that is not 0."""
    region = next((r for r in view["regions"]["entries"] if r["slot"] == segment["region"]), None)
    frame = region["pages"][0][1] if region and region["pages"] else None
    held = dict(view["frames"]["text"]).get(frame, "").encode("latin-1")
    count = max(-(-len(held) // WORD), 1)
    data = held.ljust(count * WORD, b"\0")
    values = [int.from_bytes(data[n * WORD :][:WORD], "little", signed=True) for n in range(count)]
    return [(str(value), f"word {n}") for n, value in enumerate(values)]
