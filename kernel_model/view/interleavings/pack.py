"""A lock or a system made into what the page gets once."""

from __future__ import annotations

from typing import Any

from kernel_model.view.interleavings import lists, pictures
from kernel_model.view.interleavings.listing import Row, row_of, rows
from kernel_model.view.interleavings.machine import Machine, Member
from kernel_model.view.interleavings.subject import Subject
from kernel_model.view.pictures import Picture
from kernel_model.view.player.pack import Strings

DRAWN = 160  # states that are drawn, at most
NARROW = 400  # width of the memory beside the code
BEGIN = "Nobody has taken a step. Whose turn is it?"


def payload(title: str, subject: Subject, graph: Picture | None) -> dict[str, Any]:
    """Plain JSON for the page."""
    machine, listing, strings = subject.machine, rows(subject.text, subject.lock), Strings()
    return {
        "title": title,
        "cells": machine.cells,
        "first": machine.first,
        "shared": machine.shared,
        "members": [_member(member, listing, strings) for member in machine.members],
        "texts": strings.texts,
        "rows": [[row.kind, row.html, row.line if row.kind == "line" else 0] for row in listing],
        "memory": _memory(machine).fragment(),
        "lists": _lists(machine),
        "graph": graph.fragment() if graph else None,
        "total": subject.states,
        "stem": machine.stem,
        "cycle": machine.cycle,
        "verdict": subject.verdict,
        "bad": subject.bad,
        "begin": BEGIN,
    }


def _memory(machine: Machine) -> Picture:
    """The cells at the beginning, no wider than stands beside the code."""
    return pictures.memory(machine.cells, machine.first, machine.values, width=NARROW)


def _lists(machine: Machine) -> list[dict[str, Any]]:
    """How the page follows each list: where it begins, and the node that each text leads to."""
    place = {name: n for n, name in enumerate(machine.cells)}
    found = []
    for one in lists.lists(machine.cells):
        way = next(iter(one.ways.values()))
        to = [lists.targets(one, machine.values[place[cell]]) for cell in way]
        head = lists.targets(one, machine.values[place[one.head]]) if one.head else None
        found.append(
            {
                "name": one.name,
                "head": place[one.head] if one.head else -1,
                "first": head,
                "next": [place[cell] for cell in way],
                "to": to,
            }
        )
    return found


def drawing(machine: Machine, wrong: dict[str, str]) -> Picture | None:
    """All states as a picture, if they are few."""
    levels = machine.levels(DRAWN)
    if levels is None:
        return None
    members = range(len(machine.members))
    places = {key: place for level in levels for key, place in level.items()}
    steps = {
        key: [machine.key(machine.turn(place, p)) for p in members] for key, place in places.items()
    }
    bad = [key for key, place in places.items() if machine.inside(place) > 1 or key in wrong]
    return pictures.graph([sorted(level) for level in levels], steps, bad)


def _member(member: Member, listing: list[Row], strings: Strings) -> dict[str, Any]:
    return {
        "name": member.name,
        "stands": [
            {
                "phase": stand.phase,
                "waits": stand.waits,
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
