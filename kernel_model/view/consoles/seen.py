"""An outcome as the expectation that fits it, true on other machines as well.

Descriptors, process ids, keys and times are numbers of one run. In their place stand names ($q,
{"pid": "B"}, {"key": 7}) and what can be said of any run (nonneg, nonzero).
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Protocol

from kernel_model.scenario import Names
from kernel_model.scenario.calls import OUTPUTS
from kernel_model.targets import Outcome

Json = dict[str, Any]

# What the result of a call is kept as: calls that give a descriptor or an address
KEPT = {
    "msgget": "q", "semget": "s", "shmget": "m", "shmat": "a", "pipe": "p", "open": "f",
    "mem_alloc": "b", "word_alloc": "w", "dup": "f", "shm_open": "f", "mq_open": "d",
    "sem_open": "a", "socket": "sock", "socketpair": "pair", "accept": "sock",
}  # fmt: skip
FOUND = ("msgget", "semget", "shmget")  # of these, the same number is the same thing
PIDS = ("fork", "wait", "waitpid", "getpid", "setpgrp")  # calls that give a process id
TIMES = ("stime", "rtime", "ctime", "otime", "atime", "dtime")
WHO = ("lspid", "lrpid", "cpid", "lpid")


def free_name(call: str, saved: Container[str]) -> str | None:
    """The name that would keep the result of a call; None for one that gives no descriptor."""
    stem, number = KEPT.get(call), 1
    if stem is None:
        return None
    while (name := stem if number == 1 else f"{stem}{number}") in saved:
        number += 1
    return name


class Seen(Protocol):
    """What is known of the run at this point."""

    names: Names
    who: list[str]
    keys: set[int]  # numbers of the keys used so far


def expected(call: str, outcome: Outcome, run: Seen, saved: dict[str, Any]) -> Json:
    """The expectation; raises ValueError for an outcome that no scenario can expect.

    saved  the values that had names before this call
    """
    match outcome:
        case {"errno": errno}:
            return {"errno": errno}
        case {"blocks": _}:
            return {"blocks": True}
        case {"ends": status}:
            return {"ends": status}
        case {"execs": _}:
            return {"execs": True}
        case {"ret": value}:
            found: Json = {"ret": _ret(call, value, run, saved)}
            for name in OUTPUTS:
                told = call in ("recv", "read") and name == "from"  # by the model's kernel only
                if name != "ret" and name in outcome and not told:
                    found[name] = _output(name, outcome[name], run)
            return found
    return {}


def _ret(call: str, value: Any, run: Seen, saved: dict[str, Any]) -> Any:
    if call in KEPT:
        same = [name for name, old in saved.items() if old == value and call in FOUND]
        return f"${same[0]}" if same else "nonneg"
    if call in PIDS and value:
        return "pos" if call == "fork" else pid_named(value, run)
    return value


def _output(name: str, value: Any, run: Seen) -> Any:
    if name == "fields":
        return {field: _field(field, inner, run) for field, inner in value.items()}
    if name == "data" and isinstance(value, str):
        return text_named(value)
    return value


def _field(field: str, value: Any, run: Seen) -> Any:
    if field in TIMES:
        return "nonzero" if value else 0
    if field in WHO:
        return pid_named(value, run) if value else 0
    if field == "mode" and type(value) is int:
        return f"0o{value:o}"
    return key_named(value, run) if field == "key" else value


def pid_named(pid: int, run: Seen) -> Any:
    """The process that a process id is of; `pos` when it is of none."""
    for name in run.who:
        if run.names.resolve("pid", name) == pid:
            return {"pid": name}
    return "pos"


def key_named(key: int, run: Seen) -> Any:
    """The number that stands for a key in scenarios, if it is one of those in use."""
    for number in sorted(run.keys):
        if run.names.resolve("key", number) == key:
            return {"key": number}
    return key


def text_named(text: str) -> Any:
    """A text as an expectation has it: one that says `any` means any text."""
    if len(text) > 20 and len(set(text)) == 1:
        return {"rep": text[0], "n": len(text)}
    return {"cat": [text]} if text == "any" else text
