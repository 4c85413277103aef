"""Semaphores: a set with its values and who waits for what, and what exit would take back."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    cell,
    fitted,
    group,
    listed,
    path,
    rect,
    shortened,
    text,
    token,
    token_width,
    tokens,
)
from kernel_model.view.pictures.words import (
    View,
    key_words,
    mode_words,
    name_of,
    sleepers_on,
)

TOP = 34  # where the semaphores begin
BOX, GAP, TALL, ROW = 104, 10, 112, 5  # a semaphore; how many have room side by side
MOST = 10  # semaphores of a set that are drawn
LABEL = 232  # width of what somebody waits for
WAITS = (("increase", "semncnt", "larger"), ("zero", "semzcnt", "0"))


def set_at(view: View, slot: int) -> View | None:
    """The set in a slot of the semaphore table, if the slot is in use."""
    return next((one for one in view.get("sema", []) if one["slot"] == slot), None)


def semaphore_set(view: View, slot: int = 0) -> Picture:
    """A set: each semaphore with its value and counts; below, who sleeps until it is what."""
    title, s = f"Semaphore set {slot}", set_at(view, slot)
    link = f"set:{slot}"
    if s is None:
        body = text(0, 16, title, "head") + rect(0, TOP, WIDTH, TALL, "open")
        body += text(WIDTH / 2, TOP + TALL / 2 + 5, "no set here", "label middle")
        return Picture(title, "The slot is free.", TOP + TALL, group(body, link=link))
    told = f"key {key_words(s['key'])} · descriptor {s['semid']} · {mode_words(s['mode'])}"
    body = group(text(0, 16, title, "head") + text(WIDTH, 16, told, "label end"), link=link)
    for num, sem in enumerate(s["sems"][:MOST]):
        at = num % ROW * (BOX + GAP), TOP + num // ROW * (TALL + GAP)
        body += _semaphore(view, slot, num, sem, *at)
    y: float = TOP + -(-min(len(s["sems"]), MOST) // ROW) * (TALL + GAP) + 4.0
    if len(s["sems"]) > MOST:
        body += text(0, y + 12, f"and {len(s['sems']) - MOST} more semaphores", "label")
        y += 24
    waiting, y = _waiting(view, s, y)
    return Picture(title, _words(view, s), y, body + waiting)


def _semaphore(view: View, slot: int, num: int, sem: View, x: float, y: float) -> str:
    """One semaphore: number, value, how many wait until it is larger and until it is 0."""
    name = f"sem:{slot}.{num}"
    box = rect(x, y, BOX, TALL, "box") + text(x + 8, y + 20, num, "label")
    box += cell(x + BOX - 12, y + 28, 64, sem["semval"], f"{name}.semval", "head mono end")
    for place, (_, field, _) in enumerate(WAITS):
        base = y + 56 + 23 * place
        box += text(x + 8, base, field, "label")
        box += cell(x + BOX - 12, base, 26, sem[field], f"{name}.{field}", "label end")
    by = name_of(view, sem["sempid"]) if sem["sempid"] else "–"
    box += cell(x + 8, y + 102, BOX - 12, shortened(f"last by {by}", 13), f"{name}.sempid", "label")
    return group(box, key=name, link=f"{name} set:{slot}")


def _waiting(view: View, s: View, y: float) -> tuple[str, float]:
    """A line for each semaphore and each thing that somebody waits for there."""
    drawn = ""
    for num in range(len(s["sems"])):
        for event, _, what in WAITS:
            names = sleepers_on(view, f"sema[{s['slot']}].sem[{num}].{event}")
            if names:
                words = f"until semaphore {num} is {what}"
                line = fitted(0, y + 20, words, LABEL - 44, 7.6, "label")
                line += path(f"M{LABEL - 38} {y + 15}h22", "wire") + arrow(LABEL - 8, y + 15)
                drawn += group(line, link=f"sem:{s['slot']}.{num}")
                drawn += tokens(LABEL, y, names, "sleep", "wait", WIDTH - LABEL)
                y += 38
    return drawn, y


def _words(view: View, s: View) -> str:
    """The same in a sentence."""
    said = []
    for num, sem in enumerate(s["sems"]):
        told = f"semaphore {num} is {sem['semval']}"
        for event, _, what in WAITS:
            names = sleepers_on(view, f"sema[{s['slot']}].sem[{num}].{event}")
            if names:
                told += f", {listed(names)} asleep until it is {what}"
        said.append(told + (f", last by {name_of(view, sem['sempid'])}" if sem["sempid"] else ""))
    return f"Key {key_words(s['key'])}, descriptor {s['semid']}; {'; '.join(said)}."


def undo_structures(view: View) -> Picture:
    """What exit would take back: for each process its entries, each a semaphore and a number."""
    title, undos = "Undo structures", view.get("undo", [])
    body = text(0, 16, title, "head") + text(WIDTH, 16, "exit adds, on set.number", "label end")
    y = 34.0
    for undo in undos:
        name = name_of(view, undo["pid"])
        row = token(0, y, name, f"undo:{name}", home=f"proc:{name}")
        row += _entries(name, undo["entries"], token_width(name), y)
        body += group(row, link=f"proc:{name}")
        y += 44
    if not undos:
        body += text(0, y + 20, "exit has nothing to take back", "label")
        y += 38
    told = [f"exit of {name_of(view, one['pid'])} {_told(one['entries'])}" for one in undos]
    return Picture(title, f"{'; '.join(told) or 'Exit has nothing to take back'}.", y, body)


def _entries(name: str, entries: list[View], x: float, y: float) -> str:
    """The entries in a row, as boxes behind the process; where there is no room, how many more."""
    drawn = ""
    for place, one in enumerate(entries):
        words = f"{_signed(one['adjust'])} on {one['slot']}.{one['num']}"
        wide = 9.2 * len(words) + 18
        if x + 24 + wide > WIDTH - 40:
            return drawn + text(x + 10, y + 20, f"+{len(entries) - place}", "strong")
        drawn += path(f"M{x:g} {y + 15:g}h14", "wire") + arrow(x + 20, y + 15)
        at = f"{one['slot']}.{one['num']}"
        box = rect(x + 22, y, wide, 30, "box")
        box += cell(x + 31, y + 20, wide - 12, words, f"undo:{name}.{at}")
        drawn += group(box, key=f"entry:{name}.{at}", link=f"sem:{at}")
        x += 22 + wide
    return drawn


def _signed(adjust: Any) -> str:
    return f"{adjust:+d}".replace("-", "−") if type(adjust) is int else str(adjust)


def _told(entries: list[View]) -> str:
    """What exit does, in words."""
    return "adds " + listed(
        [f"{one['adjust']} to semaphore {one['num']} of set {one['slot']}" for one in entries]
    )
