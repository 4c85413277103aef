"""Programs made into what the page gets once: every state, and every different picture once."""

from __future__ import annotations

from typing import Any

from kernel_model.view.interleavings.pack import DRAWN
from kernel_model.view.interleavings.pictures import graph as drawing
from kernel_model.view.pictures import Picture
from kernel_model.view.player.pack import Strings
from kernel_model.view.programs.listing import OVER, row_at
from kernel_model.view.programs.subject import Subject

BEGIN = "The beginning is over: nobody has had a turn yet. Whose turn is it?"
NOTHING = "nothing any more"
BEYOND = -1


def payload(title: str, subject: Subject, seed: int) -> dict[str, Any]:
    """Plain JSON for the page."""
    graph, strings = subject.graph, Strings()
    stands: list[dict[tuple[str, int, str], int]] = [{} for _ in graph.names]
    scenes = Strings(), Strings()
    states = [
        [
            [known.setdefault(stand, len(known)) for known, stand in zip(stands, at, strict=True)],
            [_move(subject, number, p, strings) for p in range(len(graph.names))],
            strings.number(subject.wrong(number)),
            strings.number(subject.note(number)),
            [
                texts.number(picture.fragment())
                for texts, picture in zip(scenes, subject.pictures(number), strict=True)
            ],
        ]
        for number, state in enumerate(graph.states)
        for at in [_stands(subject, number)]
    ]
    drawn = drawing_of(subject)
    return {
        "title": title,
        "who": "process",
        "members": [
            {"name": name, "stands": [_stand(stand) for stand in known]}
            for name, known in zip(graph.names, stands, strict=True)
        ],
        "cells": [],
        "first": [],
        "states": states,
        "scenes": [texts.texts for texts in scenes],
        "texts": strings.texts,
        "rows": [[row.kind, row.html, row.line] for row in subject.rows],
        "graph": drawn.fragment() if drawn else None,
        "total": len(graph.states) if graph.finished else None,
        "stem": subject.report.schedule or [],
        "cycle": [],
        "verdict": verdict(subject),
        "begin": BEGIN,
        "seed": seed,
    }


def verdict(subject: Subject) -> str:
    """What "find a bad schedule" answers."""
    report = subject.report
    if report.schedule is None:
        return f"There is none. {report.verdict}" if report.exclusion else report.verdict
    return f"A shortest bad schedule has {len(report.schedule)} turns: {report.why}"


def drawing_of(subject: Subject) -> Picture | None:
    """All states as a picture, if they are few."""
    graph = subject.graph
    if len(graph.states) > DRAWN or not graph.finished:
        return None
    levels: dict[int, list[str]] = {}
    for at, way in graph.shortest():
        levels.setdefault(len(way), []).append(str(at))
    steps = {
        str(at): [str(to) for to, _ in state.moves.values()]
        for at, state in enumerate(graph.states)
    }
    bad = [str(at) for at in range(len(graph.states)) if subject.wrong(at)]
    return drawing([levels[depth] for depth in sorted(levels)], steps, bad)


def _move(subject: Subject, number: int, p: int, strings: Strings) -> list[int] | None:
    """Where a turn leads, and what happens; -1: out of the page; None: it cannot be taken."""
    state = subject.graph.states[number]
    if p in state.moves:
        to, told = state.moves[p]
        return [to, strings.number(told)]
    if subject.graph.finished or state.phases[p] in ("asleep", *OVER):
        return None
    return [BEYOND, 0]


def _stands(subject: Subject, number: int) -> list[tuple[str, int, str]]:
    state = subject.graph.states[number]
    return [
        (phase, row_at(subject.rows, line, phase), NOTHING if phase in OVER else asks)
        for phase, line, asks in zip(state.phases, state.lines, state.asks, strict=True)
    ]


def _stand(stand: tuple[str, int, str]) -> dict[str, Any]:
    phase, row, coming = stand
    return {"phase": phase, "waits": "", "row": row, "coming": coming, "cell": -1, "kind": 0}
