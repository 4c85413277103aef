"""Where a schedule of programs has led, as a picture that stands by itself."""

from __future__ import annotations

import re
from html import unescape

from kernel_model.view.interleavings import pictures
from kernel_model.view.interleavings.snapshot import ROOM, TAG, TALL
from kernel_model.view.pictures import Picture, beside
from kernel_model.view.pictures.svg import WIDTH, group, rect, shortened, text
from kernel_model.view.player.snapshot import wrapped
from kernel_model.view.programs.listing import row_at
from kernel_model.view.programs.pack import BEGIN
from kernel_model.view.programs.subject import Subject

PHASE = {"woken": "running"}  # drawn alike
TAGGED = re.compile(TAG)


def snapshot_of(title: str, subject: Subject, turns: list[int]) -> Picture:
    """The last turn, what they share, who waits for whom, the schedule, and the code."""
    graph, states = subject.graph, subject.follow(turns)
    here = states[-1]
    told = BEGIN
    if turns:
        told = graph.states[states[-2]].moves[turns[-1]][1]
    told = " ".join(filter(None, [told, subject.wrong(here) or subject.note(here)]))
    phases = [[PHASE.get(one, one) for one in graph.states[at].phases] for at in states]
    left = [
        _head(told, f"turn {len(turns)}"),
        *subject.pictures(here),
        pictures.schedule(graph.names, turns, phases),
    ]
    picture = beside(title, left, [_code(subject, here)])
    return Picture(title, f"{told} {picture.words}", picture.height, picture.body, picture.width)


def _head(told: str, where: str) -> Picture:
    lines, body = wrapped(told), text(0, 14, where, "label")
    for place, line in enumerate(lines):
        body += text(0, 40 + 24 * place, line, "head")
    return Picture("", "", 30 + 24 * len(lines), group(body))


def _code(subject: Subject, here: int) -> Picture:
    """The programs, with every process beside the row at which it stands."""
    names, state, body, told = subject.graph.names, subject.graph.states[here], "", []
    at: dict[int, list[str]] = {}
    for name, line, phase in zip(names, state.lines, state.phases, strict=True):
        at.setdefault(row_at(subject.rows, line, phase), []).append(name)
    wide = 14 + 11 * max(len(" ".join(one)) for one in at.values())
    for n, row in enumerate(subject.rows):
        code = unescape(TAGGED.sub("", row.html))
        y, indent = TALL * n, len(code) - len(code.lstrip())
        if n in at:
            body += rect(0, y, WIDTH, TALL, "now", 3) + text(4, y + 16, " ".join(at[n]), "strong")
            told.append(f"{' and '.join(at[n])} at: {code.strip()}")
        kind = "mono" if row.kind == "line" else "strong"
        body += text(wide + 8.5 * indent, y + 16, shortened(code.strip(), ROOM - indent), kind)
    return Picture("Programs", "; ".join(told) + ".", TALL * len(subject.rows), body)
