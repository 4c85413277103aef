"""What is true of the tables between any two system calls, checked on their JSON view.

`broken` runs after every step of the random walks over the model and of every graded scenario, so
each invariant holds for every right kernel, whichever way its functions are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from kernel_model.ipc import IPC_ALLOC
from kernel_model.mark_invariants import MARKS, broken_marks
from kernel_model.memory_invariants import MEMORY, broken_memory
from kernel_model.mqueue_tables import MQUEUES, broken_mqueues
from kernel_model.pipe_invariants import PIPES, broken_pipes
from kernel_model.semaphore_invariants import SEMAPHORES, broken_semaphores
from kernel_model.socket_invariants import SOCKETS, broken_sockets
from kernel_model.tracing import TRACING, broken_tracing
from kernel_model.traps import PMSG

View = dict[str, Any]
EVENT = re.compile(r"msgque\[(\d+)\]\.(?:arrival|space)")  # of a queue


def broken(view: View) -> list[str]:
    """The invariants that do not hold, a sentence each; [] for sound tables and for none at all.

    Takes any view, also one that a broken kernel left behind.
    """
    return Broken()(view)


class Broken:
    """`broken` for views one after another: parts that are the same objects are judged once."""

    def __init__(self) -> None:
        self.judged: View = {}  # the view that the groups were judged on
        self.found: list[list[str]] = []  # and what was found
        self.said: list[str] = []  # all of it

    def __call__(self, view: View) -> list[str]:
        if not view:
            return []
        if view is self.judged:
            return self.said
        if "unreadable" in view:
            return [f"the tables cannot be read: {view['unreadable']}"]
        before, self.judged = self.judged, {}  # unless every group can be judged
        new = {name for name, part in view.items() if part is not before.get(name, view)}
        new.update(before.keys() - view.keys())
        try:
            if not before:
                self.found = [judge(view) for _, judge in GROUPS]
            else:
                for number in sorted({at for name in new for at in LOOKED_AT.get(name, ())}):
                    self.found[number] = GROUPS[number][1](view)
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            return [f"the tables hold something that no kernel puts there: {error!r}"]
        self.judged, self.said = view, [said for group in self.found for said in group]
        return self.said


def _messages(view: View) -> list[str]:
    queues = view["msgque"]
    found = [said for queue in queues for said in _queue(queue)]
    found += _keys(queues)
    # else nothing can be said of what the messages take from the pool
    return found or _pool(queues, view["msgpool"])


def _all_sleepers(view: View) -> list[str]:
    return _sleepers(view["procs"], view["msgque"])


# The tables that each group of invariants looks at
GROUPS: list[tuple[tuple[str, ...], Callable[[View], list[str]]]] = [
    (("msgque", "msgpool"), _messages),
    (("procs", "msgque"), _all_sleepers),
    (MEMORY, broken_memory),
    (("procs", *SEMAPHORES), broken_semaphores),
    (MARKS, broken_marks),
    (MQUEUES, broken_mqueues),
    (("procs", *PIPES), broken_pipes),
    (("procs", *SOCKETS), broken_sockets),
    (TRACING, broken_tracing),
]
# and the groups that look at each table
LOOKED_AT = {
    name: [number for number, (names, _) in enumerate(GROUPS) if name in names]
    for names, _ in GROUPS
    for name in names
}


def _queue(queue: View) -> list[str]:
    """A header against its list."""
    name, messages = f"queue {queue['slot']}", queue["messages"]
    words = [message["spot"] for message in messages if isinstance(message["spot"], str)]
    if words:  # how a view shows that the list and q.last do not agree
        return [f"{name}: {words[0]}"]
    if not 0 <= queue["mode"] <= 0o777:
        if queue["mode"] & IPC_ALLOC:  # a view shows it turned round
            return [f"{name}: its mode lacks IPC_ALLOC, by which an entry is in use"]
        return [f"{name}: its mode has more than IPC_ALLOC and nine permission bits"]
    if any(message["mtype"] < 1 for message in messages):
        return [f"{name}: a message on the list has a type below 1"]
    size = sum(message["size"] for message in messages)
    found = []
    if queue["qnum"] != len(messages):
        listed = _count(len(messages), "message")
        found.append(f"{name}: qnum is {queue['qnum']}, but the list has {listed}")
    if queue["cbytes"] != size:
        text = _count(size, "byte")
        found.append(f"{name}: cbytes is {queue['cbytes']}, but the texts have {text}")
    return found


def _keys(queues: list[View]) -> list[str]:
    """A key other than IPC_PRIVATE names one queue."""
    by_key: dict[int, int] = {}
    found = []
    for queue in queues:
        other = by_key.setdefault(queue["key"], queue["slot"]) if queue["key"] else queue["slot"]
        if other != queue["slot"]:
            found.append(f"queues {other} and {queue['slot']} have the same key {queue['key']}")
    return found


def _pool(queues: list[View], pool: View) -> list[str]:
    """Headers and segments are those of the messages, or free; none is lost, none used twice."""
    messages = [(queue["slot"], message) for queue in queues for message in queue["messages"]]
    found = []
    if pool["headers"] != len(messages):
        found.append(
            f"the pool: {_count(pool['headers'], 'message header')} in use, "
            f"but {_count(len(messages), 'message')} on the queues"
        )
    if not pool["segments"]:  # a kernel without a map
        return found
    free = [(first, first + units) for first, units in pool["free"]]
    if any(end >= first for (_, end), (first, _) in pairwise(free)):
        found.append(f"the map: its free extents {pool['free']} are not in order, apart and joined")
    used = []
    for slot, message in messages:
        units = -(-message["size"] // pool["segment"])
        if units and message["spot"] is None:
            size = _count(message["size"], "byte")
            found.append(f"queue {slot}: a text of {size} has no segments")
        elif units:
            used.append((message["spot"], message["spot"] + units))
    extents = sorted(free + used)
    if any(end > first for (_, end), (first, _) in pairwise(extents)):
        found.append("the map: a segment belongs to two messages, or to one although it is free")
    elif extents and not (extents[0][0] >= 0 and extents[-1][1] <= pool["segments"]):
        found.append(f"the map: a segment lies outside 0 to {pool['segments'] - 1}")
    else:
        lost = pool["segments"] - sum(end - first for first, end in extents)
        if lost:
            be = "is" if lost == 1 else "are"
            segments = _count(lost, "segment")
            found.append(f"the map: {segments} {be} neither free nor part of a message")
    return found


def _sleepers(procs: list[View], queues: list[View]) -> list[str]:
    """Nobody sleeps on what can no longer happen, or where a signal would not find it."""
    slots = {queue["slot"] for queue in queues}
    found = []
    for proc in procs:
        if proc["state"] != "asleep":
            continue
        event = EVENT.fullmatch(str(proc["wchan"]))
        if proc["wchan"] is None:
            found.append(f"{proc['name']} is asleep, but on no event")
        elif event and int(event[1]) not in slots:
            found.append(f"{proc['name']} is asleep on {event[0]}, a queue that is gone")
        elif (event or proc["wchan"] == "msgpool.freed") and proc["pri"] != PMSG:
            found.append(f"{proc['name']} is asleep at priority {proc['pri']}, and not at PMSG")
    return found


def _count(number: int, what: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
