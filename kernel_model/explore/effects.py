"""What a step does to the cell that it is made on, and what it gives back."""

from __future__ import annotations

from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.operations import (
    COMPARE_AND_SWAP,
    ENQUEUE,
    FETCH_AND_ADD,
    LOAD,
    QUEUED,
    SLEEP,
    STORE,
    SWAP,
    SWTCH,
    WAKEUP,
    WAKEUP_ONE,
)
from kernel_model.explore.queues import queued, sleeps

QUEUES = (SLEEP, ENQUEUE, SWTCH, WAKEUP, WAKEUP_ONE)
Args = tuple[Value, ...]


def blocks(kind: str, args: Args, held: Value) -> bool:
    """Does the step have to wait while the cell holds this?"""
    if kind == "P":
        return isinstance(held, int) and held <= 0
    if kind == "Pprim":
        return held == 1
    if kind in QUEUED:
        return sleeps(kind, args[0], held)
    return kind == SWTCH and isinstance(held, tuple) and args[0] in held


def effect(kind: str, args: Args, held: Value) -> tuple[Value, Value]:
    """What the cell holds after a step that need not wait, and what it returns; LockError."""
    if kind == LOAD:
        return held, held
    if kind == STORE:
        return args[0], None
    if kind == SWAP:
        return args[0], held
    if kind == COMPARE_AND_SWAP:
        return (args[1], True) if held == args[0] else (held, False)
    if kind in QUEUED:
        return queued(kind, args[0], held)
    if kind in QUEUES:
        if not isinstance(held, tuple):
            raise LockError(f"{kind} finds {held!r}, which is no sleep queue: it begins as ()")
        return _queue(kind, args, held)
    if not isinstance(held, int):
        raise LockError(f"{kind} finds {held!r} in the cell, which is no number")
    if kind == FETCH_AND_ADD and isinstance(args[0], int):
        return held + args[0], held
    if kind == "Pprim" or kind == "Vprim":
        return _lock(kind, held)
    if kind == "CP" and held <= 0:
        return held, False
    return (held + 1, None) if kind == "V" else (held - 1, kind == "CP" or None)


def _lock(kind: str, held: int) -> tuple[Value, Value]:
    if held not in (0, 1):
        raise LockError(f"{kind} finds {held}, which is no lock: it is 0 or 1")
    if kind == "Vprim" and not held:
        raise LockError("Vprim finds the lock free: nobody has taken it")
    return int(kind == "Pprim"), None


def _queue(kind: str, args: Args, held: Args) -> tuple[Value, Value]:
    if kind == WAKEUP:
        return (), len(held)
    if kind == WAKEUP_ONE:
        return held[1:], held[0] if held else None
    if kind == SWTCH:
        return held, None
    if args[0] in held:
        raise LockError(f"{kind}: processor {args[0]} is in the queue already")
    order = [*held, args[0]]
    # who wakes everyone at once cannot tell in which order they came
    return tuple(sorted(order, key=repr) if kind == SLEEP else order), None
