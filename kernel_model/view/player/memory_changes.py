"""What has changed in memory: segments, regions, where processes have them, frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kernel_model.view.pictures.words import (
    View,
    address_words,
    held_words,
    key_words,
    mode_words,
    name_of,
    pages_told,
)

Change = tuple[str, str]


def memory_changes(old: View, new: View) -> Iterator[Change]:
    """Every change of the tables of memory."""
    if "spaces" not in old:
        yield "", "memory is there: every process has text, data and stack"
        return
    yield from _segments(old, new)
    yield from _regions(old["regions"], new["regions"])
    yield from _spaces(old["spaces"], new["spaces"])
    yield from _frames(old["frames"], new["frames"])


def _segments(old: View, new: View) -> Iterator[Change]:
    before = {one["slot"]: one for one in old["shmem"]}
    for one in new["shmem"]:
        was, slot = before.pop(one["slot"], None), one["slot"]
        name, words = f"seg:{slot}", f"segment {slot}"
        if was is None:
            told = f"{words} is there: key {key_words(one['key'])}, {one['segsz']} bytes"
            yield f"{name}.key", told
            for field in ("owner", "mode", "bytes", "shmid", "cleared"):
                yield f"{name}.{field}", ""
            continue
        if was["cleared"] != one["cleared"]:
            yield (
                f"{name}.cleared",
                f"{words}: {'no memory yet' if one['cleared'] else 'has memory'}",
            )
        for field, cell, show in (
            ("nattch", "nattch", str), ("segsz", "bytes", str), ("key", "key", key_words),
            ("uid", "owner", str), ("gid", "owner", str), ("mode", "mode", mode_words),
        ):  # fmt: skip
            if was[field] != one[field]:
                yield f"{name}.{cell}", f"{words}: {field} {show(was[field])} → {show(one[field])}"
        if was["lpid"] != one["lpid"]:
            yield f"{name}.lpid", f"{words}: last used by {name_of(new, one['lpid'])}"
        for field in ("atime", "dtime", "ctime"):
            if was[field] != one[field]:
                yield "", f"{words}: {field} {was[field]} → {one[field]}"
    for slot in before:
        yield "", f"segment {slot} is gone from the table"


def _regions(old: View, new: View) -> Iterator[Change]:
    for name in ("free", "active"):
        yield from _moved(f"on the {name} list", [n for n in new[name] if n not in old[name]])
        yield from _moved(f"off the {name} list", [n for n in old[name] if n not in new[name]])
    before = {one["slot"]: one for one in old["entries"]}
    blank = {"type": "", "refcount": 0, "size": 0, "locked": False, "sticky": False, "pages": []}
    now = {one["slot"]: one for one in new["entries"]}
    for slot in sorted(before.keys() | now.keys()):
        yield from _region(slot, before.get(slot, blank), now.get(slot, blank))


def _moved(where: str, slots: list[int]) -> Iterator[Change]:
    """Regions that came to a list or left it; of many, how many."""
    if len(slots) > 3:
        yield "", f"{len(slots)} regions are {where}"
    else:
        yield from (("", f"region {slot} is {where}") for slot in slots)


def _region(slot: int, was: View, one: View) -> Iterator[Change]:
    name, words = f"region:{slot}", f"region {slot}"
    if was["type"] != one["type"]:
        yield "", f"{words} is {one['type'] or 'nothing any more'}"
    if was["refcount"] != one["refcount"]:
        yield f"{name}.refcount", f"{words}: references {was['refcount']} → {one['refcount']}"
    if was["size"] != one["size"]:
        yield "", f"{words}: size {was['size']} → {pages_told(one['size'])}"
    if was["locked"] != one["locked"]:
        yield f"{name}.locked", f"{words} is {'locked' if one['locked'] else 'unlocked'}"
    if was["sticky"] != one["sticky"]:
        told = "stays without references" if one["sticky"] else "goes with its last reference"
        yield f"{name}.sticky", f"{words} {told}"
    yield from _pages(slot, dict(was["pages"]), dict(one["pages"]))


def _pages(slot: int, was: dict[Any, Any], now: dict[Any, Any]) -> Iterator[Change]:
    for page, frame in now.items():
        if was.get(page) != frame:
            yield f"page:{slot}.{page}", f"region {slot}: page {page} is in frame {frame}"
    gone = [page for page in was if page not in now]
    if gone:
        yield "", f"region {slot}: {pages_told(len(gone))} without a frame now"


def _spaces(old: list[View], new: list[View]) -> Iterator[Change]:
    before = {one["name"]: one for one in old}
    for space in new:
        name = space["name"]
        was = before.pop(name, {"size": 0, "regions": []})
        had = {(one["slot"], one["region"], one["addr"]): one for one in was["regions"]}
        has = {(one["slot"], one["region"], one["addr"]): one for one in space["regions"]}
        for key, one in has.items():
            if key not in had:
                told = f"{name} has region {one['region']} at {address_words(one['addr'])}"
                yield f"entry:{name}.{one['slot']}.addr", told
        for key, one in had.items():
            if key not in has:
                yield "", f"{name} has region {one['region']} no more"
        if was["size"] != space["size"]:
            yield f"space:{name}.size", f"{name}: size {was['size']} → {pages_told(space['size'])}"
    for name in before:
        yield "", f"{name} has no memory any more"


def _frames(old: View, new: View) -> Iterator[Change]:
    free = [one["total"] - one["handed"] + len(one["free"]) for one in (old, new)]
    if free[0] != free[1]:
        yield "frames.free", f"free frames {free[0]} → {free[1]}"
    before = dict(old["text"])
    for frame, held in new["text"]:
        if before.get(frame, "") != held:
            yield f"frame:{frame}", f"frame {frame} holds “{held_words(held)[:16]}”"
