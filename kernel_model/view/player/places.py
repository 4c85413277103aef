"""Which pictures of its tables a story needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    trace_structure,
    undo_structures,
    wait_for,
)
from kernel_model.view.pictures.spaces import scope_of
from kernel_model.view.player.story import Story
from kernel_model.waiting import HAS, stuck, waits

QUEUES = 4  # pictures of queues, at most, and of sets
FLAT = ("regions", "segments", "frames", "undo", "waits", "table", "map", "layers")  # below
Draw = Callable[[View], Picture]


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
