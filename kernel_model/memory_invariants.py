"""What is true of the tables of memory between any two system calls, on their JSON view.

frames   each is free, or belongs to one page of one region
regions  each is on the active or on the free list, and none is left locked
counts   a region's references are the entries of processes that point to it
spaces   no two regions of a process overlap; its size is that of its regions
segments each has an active region; a region of a removed one goes with its last user
inodes   likewise; nobody's file or memory object is gone
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from kernel_model.constants import SHM_DEST
from kernel_model.inode import OBJECTS
from kernel_model.memory import PAGE, stride

View = dict[str, Any]
MEMORY = ("shmem", "regions", "spaces", "frames", "inodes")  # all that is looked at here


def broken_memory(view: View) -> list[str]:
    """The invariants that do not hold, a sentence each."""
    if "regions" not in view:
        return []
    entries = {entry["slot"]: entry for entry in view["regions"]["entries"]}
    found = _lists(view["regions"], entries)
    found += _references(view["spaces"], entries)
    found += [said for space in view["spaces"] for said in _space(space)]
    found += _segments(view["shmem"], entries, view.get("inodes", []))
    found += _inodes(view.get("inodes", []), entries)
    return found + _frames(view["frames"], list(entries.values()))


def _lists(regions: View, entries: dict[int, View]) -> list[str]:
    """Active and free list: disjoint, complete, and each with what belongs there."""
    active, free = regions["active"], regions["free"]
    found = []
    if sorted(active + free) != list(range(regions["count"])):
        found.append(
            f"the region table: active list {active} and free list {free[:9]} "
            f"do not have each of {regions['count']} regions once"
        )
    for slot, entry in sorted(entries.items()):
        if entry["locked"]:
            found.append(f"region {slot} is left locked")
        if slot in free:
            found.append(f"region {slot} is on the free list, but it is not cleared")
        elif not entry["refcount"] and not entry["sticky"]:
            found.append(f"region {slot} is active, but nobody refers to it")
        if any(not 0 <= page < entry["size"] for page, _ in entry["pages"]):
            found.append(f"region {slot} has a frame for a page that it does not have")
    return found + [f"region {slot} is active without a type" for slot in active
                    if slot not in entries]  # fmt: skip


def _references(spaces: list[View], entries: dict[int, View]) -> list[str]:
    """Reference counts against the entries that point there."""
    pointing = Counter(one["region"] for space in spaces for one in space["regions"])
    found = []
    for slot in sorted(pointing.keys() | entries.keys()):
        count = entries[slot]["refcount"] if slot in entries else 0
        if count != pointing[slot]:
            found.append(
                f"region {slot}: its reference count is {count}, "
                f"but {pointing[slot]} of the processes' entries point to it"
            )
    return found


def _space(space: View) -> list[str]:
    """The regions of one process."""
    name, regions = space["name"], sorted(space["regions"], key=lambda one: int(one["addr"]))
    found = []
    if space["size"] != sum(one["size"] for one in regions):
        found.append(f"{name}: its size is {space['size']}, which is not that of its regions")
    for one, other in pairwise(regions):
        if one["addr"] + one["size"] * PAGE > other["addr"]:
            found.append(f"{name}: its {one['type']} and {other['type']} regions overlap")
    if any(one["addr"] % PAGE for one in regions):
        found.append(f"{name}: a region begins in the middle of a page")
    return found


def _segments(shmem: list[View], entries: dict[int, View], inodes: list[View]) -> list[str]:
    """The shared memory table against the region table."""
    found = []
    by_key: dict[int, int] = {}
    for one in shmem:
        name, entry = f"segment {one['slot']}", entries.get(one["region"])
        if entry is None or entry["type"] != "shared":
            found.append(f"{name}: it has no region")
            continue
        if not entry["sticky"]:
            found.append(f"{name}: its region would go with the last detach")
        if one["mode"] & SHM_DEST and not one["nattch"]:
            found.append(f"{name}: it was removed and nobody has it, but it is still there")
        size = 0 if one["cleared"] else -(-one["segsz"] // PAGE)
        if entry["size"] != size:
            found.append(f"{name}: its region has {entry['size']} pages, and not {size}")
        if one["key"] and by_key.setdefault(one["key"], one["slot"]) != one["slot"]:
            found.append(f"{name}: segment {by_key[one['key']]} has the same key {one['key']}")
    held = Counter(one["region"] for one in shmem)
    found += [f"region {slot} belongs to {n} segments" for slot, n in held.items() if n > 1]
    objects = {one["region"] for one in inodes if one["kind"] in OBJECTS}
    for slot, entry in sorted(entries.items()):
        if entry["sticky"] and slot not in held and slot not in objects:
            found.append(f"region {slot} would stay for ever: its segment was removed")
    return found


def _inodes(inodes: list[View], entries: dict[int, View]) -> list[str]:
    """Files and memory objects against the region table."""
    found = []
    for one in inodes:
        name, entry = f"{one['kind']} {one['name']}", entries.get(one["region"])
        used = one["linked"] or one["opens"]
        if one["region"] is None:
            if one["kind"] in OBJECTS:
                found.append(f"{name}: it has no region")
        elif entry is None or entry["type"] != "mapped":
            found.append(f"{name}: its region is not one that is mapped")
        else:
            if entry["size"] != -(-one["size"] // PAGE):
                found.append(f"{name}: its region has {entry['size']} pages, not its size")
            if entry["sticky"] != (one["kind"] in OBJECTS and bool(used)):
                found.append(f"{name}: its region goes too early or too late")
            used = used or entry["refcount"]
        if not used:
            found.append(f"{name}: nobody can reach it, but it is still there")
    return found


def _frames(frames: View, entries: list[View]) -> list[str]:
    """Every frame that was ever given out is free or owned, once."""
    owned = [frame for entry in entries for _, frame in entry["pages"]]
    total, apart = frames["total"], stride(frames["total"])
    handed = {number * apart % total for number in range(1, frames["handed"] + 1)}
    every = owned + frames["free"]
    if not frames["text"] and len(every) == len(handed) and set(every) == handed:
        return []  # those that were given out, each once
    counted = Counter(every)
    found = []
    if twice := sorted(frame for frame, n in counted.items() if n > 1):
        found.append(f"frames {twice} belong to two pages, or to one although they are free")
    if lost := sorted(handed - counted.keys()):
        found.append(f"frames {lost} are neither free nor part of a region")
    if strange := sorted(counted.keys() - handed):
        found.append(f"frames {strange} were never given out")
    if idle := sorted({frame for frame, _ in frames["text"]} - set(owned)):
        found.append(f"frames {idle} hold something, but belong to no region")
    return found
