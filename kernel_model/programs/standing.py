"""The state of a kernel as a key: its tables, who sleeps in which order, where calls stand."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from functools import cache
from types import CoroutineType
from typing import Any

from kernel_model.cost import Cost
from kernel_model.kernel import Kernel
from kernel_model.process import Call, Process
from kernel_model.tables import snapshot

PLAIN = (int, str, bytes, type(None))  # bool as well
NAMES = {kind: kind.__name__ for kind in (bool, *PLAIN)}  # of the types of most values
APART = (Process, Call, Cost)  # looked at elsewhere, or no part of the state: what was counted


def kernel_key(k: Kernel) -> Hashable:
    """The state of a kernel; equal keys, equal future, as long as its time stands still.

    The tables have almost everything. What they leave out: the order in which sleepers will be
    woken and the ready will be run, and what a call that sleeps keeps in its variables.
    """
    return (
        snapshot(k),
        tuple((event, tuple(p.pid for p in queue)) for event, queue in sorted(k.sleepers.items())),
        tuple(p.pid for p in k.runq),
        tuple((p.pid, _call(p)) for p in k.procs.values() if p.task is not None),
        tuple((p.pid, _signals(p)) for p in k.procs.values() if p.hold or p.actions or p.caught),
    )


def _signals(p: Process) -> tuple[Hashable, ...]:
    """What signals do to a process, and how often each was handled."""
    of = (p.actions, p.flags, p.caught)
    masks = tuple((sig, frozenset(mask)) for sig, mask in sorted(p.masks.items()))
    return frozenset(p.hold), masks, *(tuple(sorted(one.items())) for one in of)


def _call(p: Process) -> tuple[Hashable, ...]:
    """Where each function of a call in progress stands, and the plain values that it keeps."""
    found: list[Hashable] = []
    at: Any = p.task
    while isinstance(at, CoroutineType):
        frame = at.cr_frame
        if frame is None:
            break
        found.append((at.cr_code.co_qualname, frame.f_lasti))
        found += [(name, _plain(value)) for name, value in sorted(frame.f_locals.items())]
        at = at.cr_await
    return tuple(found)


def _plain(value: Any, deep: int = 2) -> Hashable:
    """What can be compared of a value: numbers, texts, lists, and such fields of an object."""
    name = NAMES.get(type(value))
    if name is not None:
        return name, value
    if isinstance(value, PLAIN):
        return type(value).__name__, value
    if isinstance(value, list | tuple):
        return tuple([_plain(one, deep) for one in value])
    if isinstance(value, APART) or not deep or not is_dataclass(value):
        return type(value).__name__
    return tuple(
        (name, _plain(getattr(value, name), deep - 1))
        for name in fields_of(value if isinstance(value, type) else type(value))
        if hasattr(value, name)
    )


@cache
def fields_of(kind: type) -> tuple[str, ...]:
    """The names of the fields of a dataclass."""
    return tuple(one.name for one in fields(kind))
