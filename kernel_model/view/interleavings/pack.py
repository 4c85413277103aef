"""A machine made into what the page gets once."""

from __future__ import annotations

from typing import Any

from kernel_model.explore.report import BROKEN
from kernel_model.explore.verdict import Check
from kernel_model.view.interleavings import pictures
from kernel_model.view.interleavings.listing import Row, row_of, rows
from kernel_model.view.interleavings.machine import Machine, Member, key_of, states
from kernel_model.view.interleavings.sentences import PHASES
from kernel_model.view.pictures import Picture
from kernel_model.view.player.pack import Strings

DRAWN = 160  # states that are drawn, at most
BEGIN = "Everybody is outside. Whose turn is it?"


def payload(title: str, text: str, machine: Machine, graph: Picture | None) -> dict[str, Any]:
    """Plain JSON for the page."""
    listing, strings = rows(text), Strings()
    return {
        "title": title,
        "cells": machine.cells,
        "first": machine.first,
        "shared": machine.shared,
        "members": [_member(member, listing, strings) for member in machine.members],
        "texts": strings.texts,
        "rows": [[row.kind, row.html, row.line if row.kind == "line" else 0] for row in listing],
        "memory": pictures.cells(machine.cells, machine.first).fragment(),
        "graph": graph.fragment() if graph else None,
        "total": machine.report.states,
        "stem": machine.stem,
        "cycle": machine.cycle,
        "verdict": verdict(machine),
        "exclusive": True,
        "bad": {},
        "begin": BEGIN,
        "opened": False,
    }


def verdict(machine: Machine) -> str:
    """What all interleavings have shown, in a sentence."""
    report, count = machine.report, f"{machine.report.states:,} states"
    if report.counterexample is not None:
        told = BROKEN[report.counterexample.property]
        steps = len(machine.stem)
        again = f" and then a cycle of {len(machine.cycle)}" if machine.cycle else ""
        return f"A shortest bad schedule, {steps} steps{again}: {told}. Step through it."
    if report.error is not None:
        return f"Not known: {report.error}."
    kept = [
        words
        for words, holds in (
            ("never are two inside", report.mutual_exclusion),
            ("nobody is stuck", report.deadlock_free),
            ("nobody starves", report.starvation_free),
        )
        if holds
    ]
    return f"There is none: in all {count}, {', '.join(kept)}."


def drawing(check: Check, machine: Machine) -> Picture | None:
    """All states as a picture, if they are few."""
    found = states(check, DRAWN)
    if found is None or not check.found.finished:
        return None
    levels = [[key_of(state, check.tables, check, machine) for state in level] for level in found]
    places, todo = {machine.key(machine.start()): machine.start()}, [machine.start()]
    while todo:
        place = todo.pop()
        for p in range(len(machine.members)):
            after = machine.turn(place, p)
            if machine.key(after) not in places:
                places[machine.key(after)] = after
                todo.append(after)
    members = range(len(machine.members))
    steps = {
        key: [machine.key(machine.turn(place, p)) for p in members]
        for key, place in sorted(places.items())
    }
    bad = sorted(key for key, place in places.items() if machine.inside(place) > 1)
    return pictures.graph(levels, steps, bad)


def _member(member: Member, listing: list[Row], strings: Strings) -> dict[str, Any]:
    return {
        "name": member.name,
        "stands": [
            {
                "phase": PHASES[stand.phase],
                "row": row_of(stand, listing),
                "coming": stand.coming,
                "cell": -1 if stand.cell is None else stand.cell,
                "kind": stand.kind,
            }
            for stand in member.stands
        ],
        "moves": [
            [
                [found, move.to, move.new, strings.number(move.text)]
                for found, move in sorted(moves.items())
            ]
            for moves in member.moves
        ],
    }
