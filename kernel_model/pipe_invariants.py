"""What is true of pipes between any two system calls, on their JSON view.

bytes     offsets, size and page buffers agree
counts    readers and writers are the entries of the file table that are open for each
sleepers  nobody sleeps on a condition that holds
"""

from __future__ import annotations

import re
from typing import Any

from kernel_model.traps import PPIPE

View = dict[str, Any]
PIPES = ("pipes", "fds")  # all that is looked at here, beside `procs`
EVENT = re.compile(r"pipe\[(\d+)\]\.(data|room|reader|writer)")


def broken_pipes(view: View) -> list[str]:
    """The invariants that do not hold, a sentence each."""
    pipes = {one["inode"]: one for one in view.get("pipes", [])}
    found = [said for one in pipes.values() for said in _bytes(one)]
    found += _counts(pipes, view.get("fds", []))
    for proc in view["procs"]:
        event = EVENT.fullmatch(str(proc["wchan"])) if proc["state"] == "asleep" else None
        if event is not None:
            found += _sleeper(proc, event[2], pipes.get(int(event[1])))
    return found


def _bytes(one: View) -> list[str]:
    """What a pipe holds against where it says it is."""
    name, size, capacity = f"pipe {one['inode']}", one["size"], one["capacity"]
    if not 0 <= size <= capacity:
        return [f"{name}: its size is {size}, but it holds 0 to {capacity} bytes"]
    if one["slots"]:
        held = sum(length for _, length in one["pages"])
        return [] if held == size else [f"{name}: its size is {size}, but the pages have {held}"]
    found = [
        f"{name}: its {what} offset is {one[key]}, outside the ten blocks"
        for key, what in (("roff", "read"), ("woff", "write"))
        if not 0 <= one[key] < capacity
    ]
    apart = (one["woff"] - one["roff"]) % capacity
    if not found and apart != size % capacity:
        found.append(f"{name}: its size is {size}, but the offsets are {apart} apart")
    return found


def _counts(pipes: dict[int, View], fds: list[View]) -> list[str]:
    """Readers and writers against the file table."""
    entries = {fd["entry"]: fd for held in fds for fd in held["fds"]}
    found = []
    for number, one in pipes.items():
        for key, way in (("readers", "read"), ("writers", "write")):
            count = sum(fd["inode"] == number and fd[way] for fd in entries.values())
            if count != one[key]:
                found.append(f"pipe {number}: it has {one[key]} {key}, but {count} are open")
    return found


def _sleeper(proc: View, what: str, one: View | None) -> list[str]:
    """A process asleep on an event of a pipe.

    How much room a writer of the classic kernel needs is in no table: a write of which all that is
    left fits into the pipe needs that much, a longer one a byte (Bach 5.12.3). What is true of
    both is that in an empty pipe there is room enough.
    """
    name = proc["name"]
    if one is None:
        return [f"{name} is asleep on {proc['wchan']}, a pipe that is gone"]
    full = len(one["pages"]) == one["slots"] if one["slots"] else one["size"] > 0
    over = {
        "data": one["size"] > 0 or one["writers"] == 0,
        "room": not full or one["readers"] == 0,
        "reader": one["readers"] > 0,
        "writer": one["writers"] > 0,
    }[what]
    if over:
        return [f"{name} is asleep on {proc['wchan']}, but what it waits for is there"]
    if proc["pri"] != PPIPE:
        return [f"{name} is asleep at priority {proc['pri']}, and not at PPIPE"]
    return []
