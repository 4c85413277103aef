"""Mutexes, conditions and semaphores that lie in memory: their words, who holds, who sleeps."""

from __future__ import annotations

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    cell,
    group,
    listed,
    path,
    shortened,
    text,
    token,
    token_width,
    tokens,
)
from kernel_model.view.pictures.words import View

TITLE = "Locks in memory"
ROW, HEAD = 70, 30
WORDS = {
    "mutex": ("lock", "count", "owner", "users"),
    "condition": ("signals", "waiters"),
    "semaphore": ("value", "waiters"),
}


def locks(view: View) -> Picture:
    """Each object with its place in a region and its words, as they stand in the bytes there."""
    found = locks_of(view)
    body = text(0, 16, TITLE, "head")
    for place, (kind, one) in enumerate(found):
        body += _row(kind, one, HEAD + ROW * place)
    if not found:
        body += text(0, 46, "nobody has made any", "label")
    words = " ".join(_told(kind, one) for kind, one in found) or "There are none."
    return Picture(TITLE, words, HEAD + (ROW * len(found) or 24), body)


def locks_of(view: View) -> list[tuple[str, View]]:
    """Every object with its kind, in the order in which they lie in memory."""
    kinds = {"mutex": "mutexes", "condition": "conditions", "semaphore": "semaphores"}
    found = [(kind, one) for kind, name in kinds.items() for one in view.get(name, [])]
    return sorted(found, key=lambda pair: (pair[1]["region"], pair[1]["offset"]))


def lock_key(one: View) -> str:
    """The name of an object in pictures."""
    return f"lock:{one['region']}.{one['offset']}"


def called(kind: str, one: View) -> str:
    """What an object is called: by its name, if it has one."""
    return f"/{one['name']}" if one.get("name") else kind


def _row(kind: str, one: View, y: float) -> str:
    name, base = lock_key(one), y + 24
    what = shortened(called(kind, one), 14)
    row = path(f"M0 {y}H{WIDTH}", "rule") + text(0, base, what, "strong")
    row += text(0, base + 29, f"region {one['region']}, byte {one['offset']}", "label")
    x = 168.0
    for field in WORDS[kind]:
        value = f"{one[field]:#x}" if field == "lock" and one["robust"] else str(one[field])
        row += text(x, base, field, "label")
        x += 7.6 * len(field) + 10
        row += cell(x, base, 110, value, f"{name}.{field}", "mono strong")
        x += 9.4 * len(value) + 20
    at = 168.0
    if kind == "mutex":
        row += cell(at, base + 29, 150, one["state"], f"{name}.state", "strong")
        at += 8.2 * len(one["state"]) + 16
        if one["holder"]:
            row += text(at, base + 29, "by", "label")
            row += token(at + 24, base + 9, one["holder"], f"holds:{name}")
            at += 34 + token_width(one["holder"])
    if one["waiting"]:
        row += text(at, base + 29, "asleep", "label")
        row += tokens(at + 58, base + 9, one["waiting"], "sleep", f"{name}.wait", WIDTH - at - 58)
    return group(row, key=name, link=f"region:{one['region']} {name}")


def _told(kind: str, one: View) -> str:
    where = f"{called(kind, one)} in region {one['region']} at byte {one['offset']}"
    told = ", ".join(f"{field} {one[field]}" for field in WORDS[kind])
    if kind == "mutex":
        told += f"; {one['state']}" + (f" by {one['holder']}" if one["holder"] else "")
    waiting = f"; {listed(one['waiting'])} asleep on it" if one["waiting"] else ""
    return f"{where[0].upper()}{where[1:]}: {told}{waiting}."
