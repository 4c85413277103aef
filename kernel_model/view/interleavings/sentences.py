"""A step of one processor as a plain sentence, and as the code that it is about to run."""

from __future__ import annotations

from kernel_model.explore.cells import Value
from kernel_model.explore.effects import effect
from kernel_model.explore.local import LEAVE, START, Pending, Phase
from kernel_model.explore.operations import (
    COMPARE_AND_SWAP,
    FETCH_AND_ADD,
    LOAD,
    STORE,
    SWAP,
)

PHASES = {
    Phase.OUTSIDE: "outside",
    Phase.TRYING: "trying",
    Phase.INSIDE: "inside",
    Phase.LEAVING: "leaving",
    Phase.BROKEN: "failed",
}


def coming(doing: Pending, cell: str) -> str:
    """What a processor does next, as code."""
    if doing.error is not None:
        return doing.error
    if doing.kind == START:
        return "call Pprim"
    if doing.kind == LEAVE:
        return "call Vprim"
    return f"{doing.kind}({', '.join([cell, *map(shown, doing.args)])})"


def sentence(who: str, doing: Pending, cell: str, found: Value, then: Phase) -> str:
    """What happened in a step that found a value in its cell, and where that leads."""
    if doing.kind == START:
        told = f"Processor {who} wants to get in and calls Pprim."
    elif doing.kind == LEAVE:
        told = f"Processor {who} leaves its critical section and calls Vprim."
    else:
        told = f"Processor {who} {_done(doing, cell, found)}."
    if then is Phase.BROKEN:
        return f"{told} There it fails."
    if then is Phase.INSIDE and doing.phase is not Phase.INSIDE:
        return f"{told} It is inside now."
    if then is Phase.OUTSIDE:
        return f"{told} It is outside again."
    return told


def shown(value: Value) -> str:
    """A value as a cell shows it."""
    return "none" if value is None else str(value)


def _done(doing: Pending, cell: str, found: Value) -> str:
    """The step on a cell, told afterwards."""
    held, args = shown(found), [shown(arg) for arg in doing.args]
    if doing.kind == LOAD:
        return f"reads {cell} and finds {held}"
    if doing.kind == STORE:
        return f"writes {args[0]} into {cell}"
    if doing.kind == SWAP:
        return f"puts {args[0]} into {cell} and takes {held} out, in one step"
    if doing.kind == COMPARE_AND_SWAP:
        if found == doing.args[0]:
            return f"finds {held} in {cell}, as it expected, and puts {args[1]} there, in one step"
        return f"finds {held} in {cell}, not {args[0]}, and leaves it as it is"
    if doing.kind == FETCH_AND_ADD:
        new = shown(effect(doing.kind, doing.args, found)[0])
        return f"takes {held} from {cell} and leaves {new} there, in one step"
    return f"does {doing.kind} on {cell}, which held {held}"
