"""A schedule as a picture that stands by itself: what happened last, cells, code, whose turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from kernel_model.view.interleavings import pictures
from kernel_model.view.interleavings.listing import row_of, rows
from kernel_model.view.interleavings.machine import Machine, Place
from kernel_model.view.interleavings.subject import STEP, Subject
from kernel_model.view.pictures import Picture, beside
from kernel_model.view.pictures.svg import WIDTH, group, rect, shortened, text
from kernel_model.view.player.snapshot import wrapped

TALL = 21  # height of a line of code
ROOM = 52  # characters in one
STEPS = 16  # that are shown in words
LONG = 60  # characters in a line of one
BOLD = 55  # characters in a line of what happened last
TAG = re.compile(r"<[^>]*>")


def snapshot_of(title: str, subject: Subject, turns: Sequence[int]) -> Picture:
    """Where a schedule has led."""
    machine = subject.machine
    places = machine.places(turns)
    here, told = places[-1], "Nobody has taken a step."
    changed: list[str] = []
    then: tuple[str, ...] | None = None
    if turns:
        before, p = places[-2], turns[-1]
        move, cell = machine.move(before, p), machine.at(before, p).cell
        told = move.text if move else f"Processor {machine.members[p].name} cannot go on."
        if cell is not None and before.values[cell] != here.values[cell]:
            changed, then = [machine.cells[cell]], before.values
    if machine.inside(here) > 1:
        told += " Two are inside at the same time."
    told = " ".join(filter(None, [told, subject.bad.get(machine.key(here))]))
    if machine.cycle and list(turns) == machine.stem + machine.cycle:
        told += f" {subject.verdict.removesuffix(STEP)}"
    members = range(len(machine.members))
    names = [member.name for member in machine.members]
    phases = [[machine.phase(place, p) for p in members] for place in places]
    left = [
        _head(told, f"step {len(turns)}"),
        pictures.memory(machine.cells, here.values, machine.values, changed, then),
        pictures.schedule(names, turns, phases),
    ]
    right = _code(subject, here) if subject.text else _steps(machine, places, turns)
    picture = beside(title, left, [right])
    return Picture(title, f"{told} {picture.words}", picture.height, picture.body, picture.width)


def _head(told: str, where: str) -> Picture:
    lines, body = wrapped(told, BOLD), text(0, 14, where, "label")
    for place, line in enumerate(lines):
        body += text(0, 40 + 24 * place, line, "head")
    return Picture("", "", 30 + 24 * len(lines), group(body))


def _steps(machine: Machine, places: Sequence[Place], turns: Sequence[int]) -> Picture:
    """The last steps in words, where there is no code to be shown."""
    body, told, y = text(0, 16, "Steps", "head"), [], 40
    begin = max(0, len(turns) - STEPS)
    for at in range(begin, len(turns)):
        move = machine.move(places[at], turns[at])
        told.append(f"{at + 1}. {move.text if move else 'It cannot go on.'}")
        for place, line in enumerate(wrapped(told[-1], LONG)):
            body += text(24 if place else 0, y, line)
            y += TALL
    words = escape(" ".join(told), quote=False)
    return Picture("Steps", words, y, body)


def _code(subject: Subject, here: Place) -> Picture:
    """The listing with every processor beside the row at which it stands."""
    machine, listing, body, told = subject.machine, rows(subject.text, subject.lock), "", []
    at: dict[int, list[str]] = {}
    for p, member in enumerate(machine.members):
        at.setdefault(row_of(machine.at(here, p), listing), []).append(member.name)
    for n, row in enumerate(listing):
        line = unescape(TAG.sub("", row.html))
        y, indent = TALL * n, len(line) - len(line.lstrip())
        if n in at:
            body += rect(0, y, WIDTH, TALL, "now", 3)
            body += text(4, y + 16, " ".join(at[n]), "strong")
            told.append(f"processor {' and '.join(at[n])} at: {line.strip()}")
        kind = "mono" if row.kind == "line" else "strong"
        body += text(60 + 8.5 * indent, y + 16, shortened(line.strip(), ROOM - indent), kind)
    return Picture("Code", escape("; ".join(told), quote=False) + ".", TALL * len(listing), body)
