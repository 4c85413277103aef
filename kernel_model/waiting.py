"""Who waits for whom: the wait-for graph of a table view, and the deadlock in it (Bach 11.2.3).

A sleeper goes on when any one of those who could wake it does so; so it is stuck when all of them
are stuck. Signals and the removal of what is waited for are left out: both end any such sleep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

View = dict[str, Any]  # a table view, as `tables.show` makes it
Known = Mapping[str, tuple[str, Sequence[str]]]  # by sleeper: how it is known, and who it is
Could = tuple[tuple[str, ...], str]  # who could wake a sleeper, and what makes us think so
GONE = "zombie"
READ, WRITE = 4, 2  # permission bits of one class
EVENT = re.compile(r"(?P<table>\w+)\[(?P<slot>\d+)\](?:\.sem\[(?P<num>\d+)\])?\.(?P<what>\w+)")
FUTEX = re.compile(r"futex\[(\d+)\+(\d+)\]")  # a word of shared memory

HOLDS = "holds"  # has taken it, and gives it back at exit at the latest (SEM_UNDO)
LAST = "last"  # was the last to change it, and left nothing
GIVES = "gives"  # is known to wake it on some way (see `waits`)
HAS = "has"  # is known to have what it wants
CHILD = "child"  # is a child of the sleeper
MAY = "may"  # nothing says who will; it may


@dataclass(frozen=True, slots=True)
class Wait:
    """One sleeper, and who could wake it."""

    proc: str
    event: str
    of: tuple[str, ...]  # any one of them could, in the order of the process table
    how: str  # what makes us think so: HOLDS, LAST, GIVES, HAS, CHILD or MAY


def waits(view: View, known: Known | None = None) -> list[Wait]:
    """Each sleeper with those who could wake it.

        a semaphore is larger    who has taken of it with SEM_UNDO; else, where it is 0, who changed
                                 it last; else everybody else who may alter it
        a semaphore is 0         everybody else who may alter it
        a message, or room       everybody else who may write to the queue, or read it
        a mutex in memory        who holds it
        bytes in a pipe, room    everybody else who has the writing end, or the reading end
        the end of a child       its children
        anything else            everybody else

    known   by sleeper: how it is known, and who could, where it is known better
    """
    better = known or {}
    return [
        Wait(p["name"], p["wchan"], *_could(view, p, better.get(p["name"])))
        for p in view["procs"]
        if p["state"] == "asleep" and p["wchan"]
    ]


def stuck(found: Iterable[Wait]) -> set[str]:
    """The sleepers that nobody will ever wake: all who could are stuck themselves."""
    left = {one.proc: one for one in found}
    while free := [name for name, one in left.items() if not left.keys() >= set(one.of)]:
        for name in free:
            del left[name]
    return set(left)


def cycle(found: Iterable[Wait]) -> list[str]:
    """A shortest cycle among those who are stuck, each waiting for the next; [] if there is none.

    Of several the first by the order of the waits.
    """
    all_ = list(found)
    names = stuck(all_)
    after = {one.proc: one.of for one in all_ if one.proc in names}
    ways = [_back(after, name) for name in after]
    return min((way for way in ways if way), key=len, default=[])


def verdict_of(found: Sequence[Wait]) -> str:
    """Whether somebody waits for ever, in a sentence; "" if there is hope for all."""
    ring, names = cycle(found), stuck(found)
    how = {one.proc: one.how for one in found}
    if ring and len(names) > len(ring) and MAY in {how[name] for name in ring}:
        return f"Deadlock: {' and '.join(sorted(names))} wait for one another."
    if ring:
        return f"Deadlock: {' → '.join([*ring, ring[0]])}."
    if names:
        lost = [one.proc for one in found if one.proc in names]
        return f"Nobody is left who could wake {' or '.join(lost)}."
    return ""


def _back(after: Mapping[str, Sequence[str]], start: str) -> list[str]:
    """The shortest way from a process back to itself."""
    ways, seen = [[start]], {start}
    for way in ways:
        for name in after[way[-1]]:
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _could(view: View, p: View, known: tuple[str, Sequence[str]] | None) -> Could:
    others = [one for one in view["procs"] if one["state"] != GONE and one is not p]
    if known is not None:
        alive = [one for one in view["procs"] if one["state"] != GONE]
        return _names(alive, lambda one: one["name"] in known[1]), known[0]
    hit = EVENT.fullmatch(p["wchan"])
    table, what = (hit["table"], hit["what"]) if hit else ("", "")
    if hit and table == "sema":
        return _semaphore(view, p, int(hit["slot"]), int(hit["num"] or 0), what)
    if hit and table == "msgque":
        bit = WRITE if what == "arrival" else READ
        return _may(others, _entry(view["msgque"], int(hit["slot"])), bit)
    futex = FUTEX.fullmatch(p["wchan"])
    if futex:
        return _futex(view, others, int(futex[1]), int(futex[2]))
    if hit and table == "pipe":
        return _pipe(view, others, int(hit["slot"]), what)
    if table == "proc" and what == "child":
        return _names(others, lambda one: one["ppid"] == p["pid"]), CHILD
    return _may(others, None, 0)


def _pipe(view: View, others: list[View], inode: int, what: str) -> Could:
    """Who has the other end of a pipe; its own the sleeper cannot use."""
    if what in ("reader", "writer"):
        return _may(others, None, 0)
    way = "write" if what == "data" else "read"
    having = {
        held["name"]
        for held in view.get("fds", [])
        if any(fd["inode"] == inode and fd[way] for fd in held["fds"])
    }
    return _names(others, lambda one: one["name"] in having), HAS


def _semaphore(view: View, p: View, slot: int, num: int, what: str) -> Could:
    """Who could make a semaphore larger, or 0."""
    alive = [one for one in view["procs"] if one["state"] != GONE]
    entry = _entry(view.get("sema", []), slot)
    if what == "increase" and entry is not None:
        takers = {
            undo["pid"]
            for undo in view.get("undo", [])
            for one in undo["entries"]
            if (one["slot"], one["num"]) == (slot, num) and one["adjust"] > 0
        }
        holders = _names(alive, lambda one: one["pid"] in takers)
        if holders:
            return holders, HOLDS
        sem = entry["sems"][num]
        last = _names(alive, lambda one: one is not p and one["pid"] == sem["sempid"])
        if last and sem["semval"] == 0:
            return last, LAST
    return _may([one for one in alive if one is not p], entry, WRITE)


def _futex(view: View, others: list[View], region: int, offset: int) -> Could:
    """Who could free a mutex, or signal a condition, of which only memory knows."""
    for one in view.get("mutexes", []):
        if (one["region"], one["offset"]) == (region, offset) and one["holder"]:
            return (one["holder"],), HAS
    return _may(others, None, 0)


def _may(others: list[View], entry: View | None, bit: int) -> Could:
    """All who may do it to an entry of a table; all, where there is no entry."""
    return _names(others, lambda one: entry is None or _allowed(one, entry, bit)), MAY


def _names(procs: list[View], fits: Callable[[View], bool]) -> tuple[str, ...]:
    return tuple(one["name"] for one in procs if fits(one))


def _allowed(p: View, entry: View, bit: int) -> bool:
    """Has the process this permission for the entry? (ipcaccess)"""
    if p["euid"] == 0:
        return True
    if p["euid"] in (entry["uid"], entry["cuid"]):
        return bool(entry["mode"] >> 6 & bit)
    group = p["egid"] in (entry["gid"], entry["cgid"])
    return bool(entry["mode"] >> (3 if group else 0) & bit)


def _entry(table: list[View], slot: int) -> View | None:
    return next((entry for entry in table if entry["slot"] == slot), None)
