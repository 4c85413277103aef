"""A run made into what the page gets once: each different picture, and which a step shows."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from kernel_model.view.pictures import (
    style,
)
from kernel_model.view.player.changes import cells, changes
from kernel_model.view.player.legend import legend
from kernel_model.view.player.listings import shown
from kernel_model.view.player.places import FLAT, Draw, places
from kernel_model.view.player.story import ENDS, MARKS, Step, Story, outcome
from kernel_model.view.player.timeline import LANE, lanes, timeline

JOINED = "+"  # begins a text that is the numbers of others, to be joined
Row = tuple[int, ...]  # the step of each story at one place of the slider


PIECE = re.compile("(?=<g data-)")  # where a picture may be taken apart


class Strings:
    """A table of different texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text, which is kept once."""
        if text not in self._numbers:
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return self._numbers[text]

    def pieces(self, text: str) -> int:
        """The number of a text made of the pieces of a picture, most of which others have too."""
        numbers = [str(self.number(piece)) for piece in PIECE.split(text)]
        return self.number(JOINED + " ".join(numbers))


def payload(
    title: str,
    stories: list[Story],
    names: list[str],
    rows: list[Row] | None = None,
    part: int | None = None,
    keep: Sequence[str] = (),
) -> dict[str, Any]:
    """Plain JSON for the page.

    names   what each of the stories is called, where there are several
    rows    the step of each story at each place of the slider; None: one story, step by step
    part    the row at which they part
    keep    the pictures that it has; by default all
    """
    strings, drawn = Strings(), places(stories, keep)
    every: list[Row] = [(n,) for n in range(len(stories[0].steps))] if rows is None else rows
    sides = []
    for number, (story, name) in enumerate(zip(stories, names, strict=True)):
        side = _side(story, drawn, strings)
        steps = [row[number] for row in every] if rows is not None else None
        side |= {"name": name, "time": timeline(story.steps, steps), "lanes": lanes(story.steps)}
        sides.append(side)
    if rows is not None and not keep:
        _drop_alike(drawn, sides, every)
    return {
        "title": title,
        "rows": every if rows is not None else None,
        "count": len(every),
        "differs": _differences(stories, every, strings) if len(stories) > 1 else None,
        "marks": [*_marks(stories, every), *_part(part)],
        "places": [{"name": name} for name in drawn],
        "lane": LANE,
        "legend": legend([story.steps for story in stories]),
        "sides": sides,
        "strings": strings.texts,
        "style": style.css(),
    }


def _side(story: Story, drawn: dict[str, Draw], strings: Strings) -> dict[str, Any]:
    """One story in columns; texts are numbers of the table."""
    columns: dict[str, list[int]] = {name: [] for name in ("proc", "kind", "text", "stack", "new")}
    pictures: dict[str, list[int]] = {name: [] for name in drawn}
    seen: dict[tuple[int, str], int] = {}
    before: Step | None = None
    for step in story.steps:
        columns["proc"].append(strings.number(step.proc))
        columns["kind"].append(strings.number(step.kind))
        columns["text"].append(strings.number(step.text))
        columns["stack"].append(strings.number(json.dumps(_stack(story, step))))
        columns["new"].append(strings.number(_new(before, step)))
        for name, draw in drawn.items():
            at = (id(step.view), name)
            if at not in seen:
                picture = draw(step.view)
                keep = strings.pieces if {"spaces", "exchange"} & drawn.keys() else strings.number
                seen[at] = keep(picture.fragment())
            pictures[name].append(seen[at])
        before = step
    functions = {name: shown(listing) for name, listing in story.functions.items()}
    return columns | {"pictures": list(pictures.values()), "code": functions, "note": story.note}


def _drop_alike(drawn: dict[str, Draw], sides: list[dict[str, Any]], rows: list[Row]) -> None:
    """Leaves out the pictures that are never different, of those that one can do without."""
    for place, name in reversed(list(enumerate(drawn))):
        columns = [side["pictures"][place] for side in sides]
        alike = all(columns[0][row[0]] == columns[1][row[1]] for row in rows)
        if alike and name in FLAT:
            del drawn[name]
            for side in sides:
                del side["pictures"][place]


def _part(part: int | None) -> list[tuple[int, str, str]]:
    return [] if part is None else [(part, "part", "the runs part here")]


def _stack(story: Story, step: Step) -> list[tuple[str, int | None]]:
    """Each open function with its line; of a sealed one the number of the step it is at."""
    found: list[tuple[str, int | None]] = []
    for name, line, words in step.stack:
        listing = story.functions.get(name)
        if listing is not None and listing.sealed:
            steps = list(dict.fromkeys(listing.steps.values()))
            line = steps.index(words) + 1 if words in steps else None
        found.append((name, line))
    return found


def _new(before: Step | None, step: Step) -> str:
    """What has changed since the step before: cells to mark, and words."""
    found = changes(before.view, step.view) if before is not None else []
    return json.dumps([cells(found), [words for _, words in found if words]], ensure_ascii=False)


def _marks(stories: list[Story], rows: list[Row]) -> list[tuple[int, str, str]]:
    """Rows at which something happens that one may want to go to, its kind, and its sentence."""
    found: list[tuple[int, str, str]] = []
    last: Row = (-1,) * len(stories)
    for place, row in enumerate(rows):
        for story, at, old in zip(stories, row, last, strict=True):
            step = story.steps[at]
            if at != old and step.kind in (*MARKS, "call"):
                found.append((place, step.kind, step.text))
        last = row
    return found


def _differences(stories: list[Story], rows: list[Row], strings: Strings) -> list[int]:
    """For each row the cells in which the tables of two stories differ, and the words for it.

    What differs from the start, as the map of two personalities does, is not told again and again;
    two calls that come out differently are.
    """
    found, known = [], set[str]()
    for place, (first, second) in enumerate(rows):
        one, other = stories[0].steps[first], stories[1].steps[second]
        parted = [each for each in changes(one.view, other.view) if known.isdisjoint(each)]
        if place == 0:
            known, parted = {said for each in parted for said in each if said}, []
        told = [words for _, words in parted if words]
        if {one.kind, other.kind} <= {*ENDS} and outcome(one) != outcome(other):
            told.insert(0, f"{outcome(one)} → {outcome(other)}")
        found.append(strings.number(json.dumps([cells(parted), told], ensure_ascii=False)))
    return found
