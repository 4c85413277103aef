"""Where two kernels part, in a sentence: what was expected of a call, and what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograder.example import UNTOLD
from autograder.parting import Parting, alike
from kernel_model.scenario.errors import show
from kernel_model.scenario.judge import returned_words, status_words
from kernel_model.targets import Outcome
from kernel_model.targets.model import KEYS

LABELS = {"data": "text", "mtype": "type"}  # of outputs, where people say something else
LISTS = {"data": "values"}
SHOWN = 90  # characters of what an error says
ADDRESSES = ("shmat", "mmap")  # calls that return one


def sentence(parting: Parting) -> str:
    """`Expected the last call to fail with ENOMSG, but it sleeps.`"""
    if "broken" in parting.got:
        ends = ", which ends its process," if "ends" in parting.expected else ""
        return f"After the last call{ends} a table is broken: {parting.got['broken']}."
    if "tables" in parting.got:
        return f"After the last call a table is not as it must be: {parting.got['tables']}."
    wanted, did = both(parting) or endings(parting) or (to_do(parting), done(parting))
    if parting.asleep:
        return f"After the last call, expected {parting.proc}'s {parting.call} {wanted}, but {did}."
    return f"Expected the last call {wanted}, but {did}."


def to_do(parting: Parting) -> str:
    """What the call should have done: `to fail with ENOMSG`."""
    match parting.expected:
        case {"errno": name}:
            return f"to fail with {name}"
        case {"blocks": _, "on": "stopped"}:
            return "not to come back" if parting.asleep else "to stop its process"
        case {"blocks": _}:
            return "to sleep on" if parting.asleep else "to sleep"
        case {"ret": value}:
            back = "come back and " if parting.asleep else ""
            return f"to {back}return {address(parting.call, value, repr)}"
        case {"ends": _}:
            return "to end the process"
    return "to replace the program"


def address(call: str, value: Any, words: Callable[[Any], str]) -> str:
    """What a call returned: an address as people write it, and all else in these words."""
    if call not in ADDRESSES:
        return words(value)
    if value == "any":  # that the kernel may pick
        return "an address"
    return hex(value) if type(value) is int and value > 0 else words(value)


def shortly(why: str) -> str:
    """What an error says, its whole words as far as they go where it is long."""
    return why if len(why) <= SHOWN else f"{why[:SHOWN].rpartition(' ')[0] or why[:SHOWN]} ..."


def done(parting: Parting) -> str:
    """What it did: `it failed with EAGAIN`."""
    match parting.got:
        case {"raised": error, **rest}:
            line, cell = rest.get("line"), rest.get("cell")
            place = f", in line {line}" if line is not None else ""
            place += f" of cell {cell}" if cell is not None else ""
            return f"{'' if rest.get('clause') else 'it raised '}{error}{place}"
        case {"errno": name, **rest}:
            why = str(rest.get("why") or "")  # the student's words
            return f"it failed with {name}" + (f" ({shortly(why)})" if why else "")
        case {"blocks": _, "on": "stopped"}:
            return "it has not come back" if parting.asleep else "its process stops"
        case {"blocks": _}:
            return "it sleeps on" if parting.asleep else "it sleeps"
        case {"ret": value}:
            return f"it returned {address(parting.call, value, returned_words)}"
        case {"ends": _}:
            return "the process ended"
    return f"what came of it is {show(parting.got)}"


def both(parting: Parting) -> tuple[str, str] | None:
    """What was to be returned and what was; only what differs. None if either did not return."""
    one, other = parting.expected, parting.got
    if "ret" not in one or "ret" not in other:
        return None
    apart = list(differing(one, other, parting.strict))
    wanted = ", ".join(labelled(name, value, parting.pids) for name, value, _ in apart)
    came = ", ".join(labelled(name, value, parting.pids) for name, _, value in apart)
    if one["ret"] == other["ret"] and type(one["ret"]) is type(other["ret"]):
        return f"to give {wanted}", f"it gave {came}"
    first, second = (f" ({parts})" if parts else "" for parts in (wanted, came))
    wanted = address(parting.call, one["ret"], repr)
    came = address(parting.call, other["ret"], returned_words)
    return f"to return {wanted}{first}", f"it returned {came}{second}"


def endings(parting: Parting) -> tuple[str, str] | None:
    """How the process was to end and how it did. None if it did not end on both sides."""
    one, other = parting.expected, parting.got
    if "ends" not in one or "ends" not in other:
        return None
    wanted, came = status_words(one["ends"]), status_words(other["ends"])
    return f"to end the process ({wanted})", f"the process ended ({came})"


def differing(one: Outcome, other: Outcome, strict: bool) -> Iterator[tuple[str, Any, Any]]:
    """Outputs and fields that are not the same, but for what is returned."""
    for name in [*one, *(name for name in other if name not in one)]:
        first, second = one.get(name), other.get(name)
        if isinstance(first, dict) and isinstance(second, dict):
            yield from differing(first, second, strict)
        elif name not in ("ret", *UNTOLD) and not alike(name, first, second, strict):
            yield name, first, second


def labelled(name: str, value: Any, pids: dict[str, int]) -> str:
    """A value with its name, as people write it: modes in octal, keys by their number."""
    label = (LISTS if isinstance(value, list) else LABELS).get(name, name)
    if value is None:
        return f"no {label}"
    if type(value) is int:
        if name == "mode":
            return f"{label} 0o{value:03o}"
        if name == "key" and value > KEYS:
            return f"{label} {value - KEYS}"
        for proc, pid in pids.items() if name.endswith("pid") else ():
            if pid == value:
                return f"{label} {value} (process {proc})"
    return f"{label} {show(value)}"
