"""A run made into what the page gets once: each different picture, and which a step shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from kernel_model.view.pictures import (
    Picture,
    View,
    descriptors,
    exchange,
    frames,
    ipc_table,
    layers,
    locks,
    message_map,
    pipe,
    posix_queue,
    processes,
    queue,
    region_table,
    segment_table,
    semaphore_set,
    signals,
    sleepers,
    spaces,
    style,
    trace_structure,
    undo_structures,
    wait_for,
)
from kernel_model.view.pictures.spaces import scope_of
from kernel_model.view.player.changes import cells, changes
from kernel_model.view.player.legend import legend
from kernel_model.view.player.listings import shown
from kernel_model.view.player.story import ENDS, MARKS, Step, Story, outcome
from kernel_model.view.player.timeline import LANE, lanes, timeline
from kernel_model.waiting import HAS, stuck, waits

JOINED = "+"  # begins a text that is the numbers of others, to be joined
QUEUES = 4  # pictures of queues, at most, and of sets
FLAT = ("regions", "segments", "frames", "undo", "waits", "table", "map", "layers")  # below
Draw = Callable[[View], Picture]
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


def places(stories: list[Story], keep: Sequence[str] = ()) -> dict[str, Draw]:
    """Which pictures a run needs, by name: those of a queue or set for each slot that it uses.

    keep   only these, in this order: "processes", "queue" for all queues, "queue 0" for one; ...

    Raises ValueError for one that the run has not.
    """
    found = _needed(stories)
    kept: dict[str, Draw] = {}
    for wanted in keep:
        named = {name: found[name] for name in found if wanted in (name, name.split()[0])}
        if not named:
            raise ValueError(f"this run has no table {wanted!r}; it has {', '.join(found)}")
        kept |= named
    return kept or found


def _needed(stories: list[Story]) -> dict[str, Draw]:
    """Every picture in which there is something to see."""
    views = [step.view for story in stories for step in story.steps]
    slots = sorted({q["slot"] for view in views for q in view["msgque"]})[:QUEUES]
    queues: dict[str, Draw] = {f"queue {slot}": _at(queue, slot) for slot in slots}
    messages: dict[str, Draw] = {"table": ipc_table, "map": message_map}
    sets = _of_posix(views) | _of_semaphores(views) | _of_pipes(views)
    acted = _of_signals(views)
    memory = any("spaces" in view for view in views)
    graph: dict[str, Draw] = {"waits": wait_for} if _to_draw(views, memory) else {}
    if memory:
        return acted | _of_memory(views) | queues | sets | graph | (messages if slots else {})
    if any("exchange" in view for view in views):
        said: dict[str, Draw] = {"exchange": exchange, "layers": layers}
        return said | acted | queues | sets | graph | (messages if slots else {})
    first: dict[str, Draw] = {"processes": processes, "sleepers": sleepers}
    return (
        first | acted | queues | sets | graph | (messages if slots or not (sets or acted) else {})
    )


def _to_draw(views: list[View], memory: bool) -> bool:
    """Does a run need the wait-for graph: somebody waits for a semaphore, for a mutex, for ever?

    memory  there are its pictures as well: a semaphore is not reason enough
    """
    found = [waits(view) for view in {id(view): view for view in views}.values()]
    every = [one for all_ in found for one in all_]
    if any(one.how == HAS and one.event.startswith("futex[") for one in every):
        return True
    return not memory and (
        any(one.event.startswith("sema[") for one in every) or any(map(stuck, found))
    )


def _at(draw: Callable[[View, int], Picture], slot: int) -> Draw:
    return lambda view: draw(view, slot)


def _of_posix(views: list[View]) -> dict[str, Draw]:
    """The pictures of POSIX queues, and of locks in memory if there are any."""
    numbers = sorted({q["number"] for view in views for q in view.get("mqueues", [])})[:QUEUES]
    found: dict[str, Draw] = {f"mq {number}": _at(posix_queue, number) for number in numbers}
    marks = ("mutexes", "conditions", "semaphores")
    some = any(view.get(name) for view in views for name in marks)
    return ({"locks": locks} if some else {}) | found


def _of_semaphores(views: list[View]) -> dict[str, Draw]:
    """The pictures of semaphore sets, and of what exit would take back if there is any."""
    slots = sorted({one["slot"] for view in views for one in view.get("sema", [])})[:QUEUES]
    found: dict[str, Draw] = {f"set {slot}": _at(semaphore_set, slot) for slot in slots}
    return found | ({"undo": undo_structures} if any(view.get("undo") for view in views) else {})


def _of_signals(views: list[View]) -> dict[str, Draw]:
    """The pictures of signals and of the trace structure, where somebody uses them."""
    found: dict[str, Draw] = {}
    if any(view["tracing"]["traced"] for view in views if "tracing" in view):
        found["trace"] = trace_structure
    if any(view.get("signals") for view in views):
        found["signals"] = signals
    return found


def _of_pipes(views: list[View]) -> dict[str, Draw]:
    """The pictures of pipes, and who has which descriptor."""
    numbers = sorted({one["inode"] for view in views for one in view.get("pipes", [])})[:QUEUES]
    found: dict[str, Draw] = {f"pipe {number}": _at(pipe, number) for number in numbers}
    return found | ({"descriptors": descriptors} if numbers else {})


def _of_memory(views: list[View]) -> dict[str, Draw]:
    """The pictures of memory, all views in one scope, and of the others those that show some."""
    scope = scope_of({id(view): view for view in views}.values())
    found: dict[str, Draw] = {"spaces": lambda view: spaces(view, scope), "processes": processes}
    if any(p["state"] in ("asleep", "ready") for view in views for p in view["procs"]):
        found["sleepers"] = sleepers
    found["regions"] = region_table
    if any(view.get("shmem") for view in views):
        found["segments"] = segment_table
    return found | {"frames": frames}


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
        parted = [change for change in changes(one.view, other.view) if change[0] not in known]
        if place == 0:
            known, parted = {cell for cell, _ in parted if cell}, []
        told = [words for _, words in parted if words]
        if {one.kind, other.kind} <= {*ENDS} and outcome(one) != outcome(other):
            told.insert(0, f"{outcome(one)} → {outcome(other)}")
        found.append(strings.number(json.dumps([cells(parted), told], ensure_ascii=False)))
    return found
