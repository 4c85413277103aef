"""What is true of the tables of semaphores between any two system calls (see invariants.py)."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Any

from kernel_model.semtable import SEMVMX

View = dict[str, Any]
SEMAPHORES = ("sema", "sempool", "undo")  # all that is looked at here, beside `procs`
EVENT = re.compile(r"sema\[(\d+)\]\.sem\[(\d+)\]\.(increase|zero)")  # of a semaphore


def broken_semaphores(view: View) -> list[str]:
    """The invariants of semaphores that do not hold; [] where there are none at all."""
    if "sema" not in view:
        return []
    sets = {one["slot"]: one for one in view["sema"]}
    asleep = Counter(
        (int(event[1]), int(event[2]), event[3])
        for proc in view["procs"]
        if proc["state"] == "asleep" and (event := EVENT.fullmatch(str(proc["wchan"])))
    )
    stopped = sum(proc["state"] == "stopped" and proc["call"] == "semop" for proc in view["procs"])
    found = [said for one in sets.values() for said in _set(one, asleep, stopped)]
    for slot, num, _ in asleep:
        if slot not in sets or num >= len(sets[slot]["sems"]):
            found.append(f"somebody is asleep on semaphore {num} of set {slot}, which is gone")
    return found + _keys(view["sema"]) + _pool(view) + _undo(view, sets)


def _set(one: View, asleep: Counter[tuple[int, int, str]], stopped: int) -> list[str]:
    """The mode of a set, and each of its semaphores; who was stopped in a semop may still count."""
    name, found = f"set {one['slot']}", []
    if not 0 <= one["mode"] <= 0o777:
        found.append(f"{name}: its mode has more than IPC_ALLOC and nine bits, or lacks IPC_ALLOC")
    for num, sem in enumerate(one["sems"]):
        its = f"semaphore {num} of {name}"
        if not 0 <= sem["semval"] <= SEMVMX:
            found.append(f"{its} is {sem['semval']}, and not 0 to {SEMVMX}")
        for count, event, what in (
            ("semncnt", "increase", "until it is larger"),
            ("semzcnt", "zero", "until it is 0"),
        ):
            sleepers = asleep[one["slot"], num, event]
            if not sleepers <= sem[count] <= sleepers + stopped:
                found.append(f"{its}: {count} is {sem[count]}, but {sleepers} sleep {what}")
    return found


def _keys(sets: list[View]) -> list[str]:
    """A key other than IPC_PRIVATE names one set."""
    keys = [one["key"] for one in sets if one["key"]]
    if len(set(keys)) == len(keys):
        return []
    counts = Counter(keys)
    return [f"{many} sets have the key {key}" for key, many in counts.items() if many > 1]


def _pool(view: View) -> list[str]:
    """Every semaphore of the pool is free or part of one set."""
    size = view["sempool"]["semaphores"]
    if not size:  # a kernel without a pool
        return []
    extents = [(first, first + many) for first, many in view["sempool"]["free"]]
    extents += [(one["base"], one["base"] + len(one["sems"])) for one in view["sema"]]
    extents.sort()
    if any(end > first for (_, end), (first, _) in pairwise(extents)):
        return ["the pool: a semaphore belongs to two sets, or to one although it is free"]
    lost = size - sum(end - first for first, end in extents)
    return [f"the pool: {lost} of {size} semaphores are neither free nor in a set"] if lost else []


def _undo(view: View, sets: dict[int, View]) -> list[str]:
    """Undo entries belong to living processes, and say something about semaphores there are."""
    living = {proc["pid"] for proc in view["procs"] if proc["state"] != "zombie"}
    found = []
    for undo in view["undo"]:
        if undo["pid"] not in living:
            found.append(f"process {undo['pid']} has ended, and still has undo entries")
        places = Counter((one["slot"], one["num"]) for one in undo["entries"])
        if not undo["entries"] or max(places.values()) > 1:
            found.append(f"process {undo['pid']} has no undo entry, or two for one semaphore")
        for one in undo["entries"]:
            if one["slot"] not in sets or one["num"] >= len(sets[one["slot"]]["sems"]):
                found.append(f"process {undo['pid']}: undo for a semaphore that is gone: {one}")
            if not one["adjust"]:
                found.append(f"process {undo['pid']}: an undo entry of 0: {one}")
    return found
