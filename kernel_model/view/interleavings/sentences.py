"""A step of one processor as a plain sentence, and as the code that it is about to run."""

from __future__ import annotations

from collections.abc import Callable

from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.effects import Args, effect
from kernel_model.explore.local import LEAVE, START, Pending, Phase
from kernel_model.explore.queues import ROOM, chosen
from kernel_model.explore.schedule import shown
from kernel_model.explore.scripts import END

PHASES = {
    Phase.OUTSIDE: "outside",
    Phase.TRYING: "trying",
    Phase.INSIDE: "inside",
    Phase.LEAVING: "leaving",
    Phase.BROKEN: "failed",
}
PROGRAM = PHASES | {Phase.OUTSIDE: "ended", Phase.TRYING: "running"}  # of what is no lock
WAITS = {  # who cannot take a step
    "swtch": "asleep",
    "msgsnd": "asleep",
    "msgrcv": "asleep",
    "P": "waiting",
    "Pprim": "waiting",
}


def coming(doing: Pending, cell: str) -> str:
    """What a processor does next, as code."""
    if doing.error is not None:
        return doing.error
    if doing.kind == END:
        return "nothing any more"
    if doing.line is None and doing.kind in (START, LEAVE):
        return "call Pprim" if doing.kind == START else "call Vprim"
    args = () if doing.kind in ("sleep", "enqueue", "swtch") else doing.args
    return f"{doing.kind}({', '.join([*([cell] if cell else []), *map(shown, args)])})"


def sentence(who: str, doing: Pending, cell: str, found: Value, then: Phase) -> str:
    """What happened in a step that found a value in its cell, and where that leads."""
    told = f"Processor {who} {_done(doing, cell, found)}."
    if then is Phase.BROKEN:
        return f"{told} There it fails."
    if doing.kind == "enter":
        return told
    if then is Phase.INSIDE and doing.phase is not Phase.INSIDE:
        return f"{told} It is inside now."
    if then is Phase.OUTSIDE:
        return (
            f"{told} It is outside again." if doing.phase is Phase.LEAVING else f"{told} It ends."
        )
    return told


def _done(doing: Pending, cell: str, found: Value) -> str:
    """The step, told afterwards."""
    if doing.line is None and doing.kind == START:
        return "wants to get in and calls Pprim"
    if doing.line is None and doing.kind == LEAVE:
        return "leaves its critical section and calls Vprim"
    return SAID[doing.kind](cell, found, doing.args)


def _new(kind: str, args: Args, found: Value) -> str:
    """What the cell holds after the step."""
    try:
        return shown(effect(kind, args, found)[0])
    except LockError:
        return shown(found)


def _compare_and_swap(cell: str, found: Value, args: Args) -> str:
    if found == args[0]:
        new = shown(args[1])
        return f"finds {shown(found)} in {cell}, as it expected, and puts {new} there, in one step"
    return f"finds {shown(found)} in {cell}, not {shown(args[0])}, and leaves it as it is"


def _fetch_and_add(cell: str, found: Value, args: Args) -> str:
    new = _new("fetch_and_add", args, found)
    return f"takes {shown(found)} from {cell} and leaves {new} there, in one step"


def _wakeup(cell: str, found: Value, args: Args) -> str:
    return f"wakes all who sleep in {cell}: {_sleepers(found)}"


def _wakeup_one(cell: str, found: Value, args: Args) -> str:
    if isinstance(found, tuple) and found:
        return f"takes processor {found[0]} out of {cell} and wakes it"
    return f"finds nobody in {cell} to wake"


def _sleepers(found: Value) -> str:
    return " and ".join(map(str, found)) if isinstance(found, tuple) and found else "nobody"


def _cp(cell: str, found: Value, args: Args) -> str:
    if isinstance(found, int) and found > 0:
        return f"takes one from {cell}"
    return f"finds nothing in {cell} to take, and goes on without"


def _sent(cell: str, found: Value, args: Args) -> str:
    if isinstance(found, tuple) and len(found) >= ROOM:
        return f"finds no room in {cell}, and goes on"
    return f"sends a message of type {shown(args[0])} to {cell}"


def _received(cell: str, found: Value, args: Args) -> str:
    place = chosen(found, args[0]) if isinstance(found, tuple) else None
    if place is None or not isinstance(found, tuple):
        return f"finds no such message in {cell}, and goes on without"
    return f"takes a message of type {shown(found[place])} off {cell}"


# By the kind of step, what is said of the cell, what it held, and the arguments
SAID: dict[str, Callable[[str, Value, Args], str]] = {
    "load": lambda cell, found, args: f"reads {cell} and finds {shown(found)}",
    "store": lambda cell, found, args: f"writes {shown(args[0])} into {cell}",
    "swap": lambda cell, found, args: (
        f"puts {shown(args[0])} into {cell} and takes {shown(found)} out, in one step"
    ),
    "compare_and_swap": _compare_and_swap,
    "fetch_and_add": _fetch_and_add,
    "P": lambda cell, found, args: f"takes one from {cell}",
    "V": lambda cell, found, args: f"gives one to {cell}",
    "CP": _cp,
    "Pprim": lambda cell, found, args: f"takes the lock {cell}",
    "Vprim": lambda cell, found, args: f"gives the lock {cell} back",
    "sleep": lambda cell, found, args: f"puts itself to sleep in {cell}",
    "enqueue": lambda cell, found, args: f"puts itself at the end of {cell}",
    "swtch": lambda cell, found, args: f"goes on: it is not in {cell}",
    "wakeup": _wakeup,
    "wakeup_one": _wakeup_one,
    "msgsnd": _sent,
    "msgsnd_nowait": _sent,
    "msgrcv": _received,
    "msgrcv_nowait": _received,
    "enter": lambda cell, found, args: "enters its critical section",
    "leave": lambda cell, found, args: "leaves its critical section",
    "progress": lambda cell, found, args: "has come to the end of a round",
}
