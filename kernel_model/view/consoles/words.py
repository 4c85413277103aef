"""Calls and what came of them, in the words a learner reads.

written("msgget", [{"key": 7}, ["IPC_CREAT", "0o600"]])   msgget(key 7, IPC_CREAT | 0600)
outcome_told({"errno": "EACCES"})                          fails with EACCES (permission denied)
event_told("msgque[0].arrival")                            a message on the queue in slot 0
"""

from __future__ import annotations

import errno as machine
import os
import re
from typing import TYPE_CHECKING, Any

from kernel_model.scenario.calls import SIGNATURES, Kind, form
from kernel_model.targets import Outcome

if TYPE_CHECKING:
    from kernel_model.view.consoles.runs import Line

ADDRESSES = ("shmat", "mem_alloc", "word_alloc", "mmap", "sem_open")  # calls that give an address
DESCRIPTORS = ("open", "pipe", "dup", "dup2", "fcntl", "shm_open", "socket", "socketpair",
               "accept")  # and a file descriptor  # fmt: skip
LONG = 40  # characters of a text that are shown

ERRORS = {
    "EPERM": "not the owner", "ENOENT": "there is none", "ESRCH": "no such process",
    "EINTR": "a signal interrupted it", "E2BIG": "too long for the buffer",
    "ECHILD": "no child to wait for", "EAGAIN": "it would have to wait", "ENOMEM": "no memory left",
    "EACCES": "permission denied", "EFAULT": "bad address", "EEXIST": "exists already",
    "EINVAL": "an argument that means nothing here", "ENOSPC": "the table is full",
    "ENOMSG": "no message of this type", "EIDRM": "it was removed meanwhile",
    "ENOSYS": "no such system call", "ERANGE": "value out of range", "EBADF": "not an open file",
    "EFBIG": "no such semaphore, or file too large",
    "EPIPE": "nobody reads any more", "ENXIO": "nobody is at the other side",
    "ESPIPE": "a pipe has no offset", "EMFILE": "no descriptor is free",
    "EDEADLK": "it would wait for ever",
    "EMSGSIZE": "too long for the queue, or too short a buffer",
    "ENOTSOCK": "not a socket", "EADDRINUSE": "somebody has this name",
    "ECONNREFUSED": "nobody listens there", "ECONNRESET": "the other end broke it off",
    "EISCONN": "connected already", "ENOTCONN": "not connected",
    "EPROTOTYPE": "a socket of another kind", "EDESTADDRREQ": "nobody to send it to",
    "EOPNOTSUPP": "not with this kind of socket", "ENETUNREACH": "no way to that host",
    "EINPROGRESS": "it goes on without waiting", "EALREADY": "it is under way",
    "EBUSY": "somebody has it", "ETIMEDOUT": "the time is over", "EOVERFLOW": "too large",
    "EOWNERDEAD": "held now; its owner died", "ENOTRECOVERABLE": "nobody put it in order",
}  # fmt: skip

# What a sleeper waits for, as the end of "sleeps until ..."
EVENTS = (
    (r"msgque\[(\d+)\]\.arrival", "a message comes to queue {}"),
    (r"msgque\[(\d+)\]\.space", "there is room on queue {}"),
    (r"sema\[(\d+)\]\.sem\[(\d+)\]\.increase", "semaphore {1} of set {0} is larger"),
    (r"sema\[(\d+)\]\.sem\[(\d+)\]\.zero", "semaphore {1} of set {0} is 0"),
    (r"msgpool\.freed", "a message header and segments are free"),
    (r"pipe\[(\d+)\]\.data", "bytes come into pipe {}, or its last writer goes"),
    (r"pipe\[(\d+)\]\.room", "there is room in pipe {}, or its last reader goes"),
    (r"pipe\[(\d+)\]\.(reader|writer)", "a {1} opens pipe {0}"),
    (r"socket\[(\d+)\]\.data", "something comes to socket {}, or the other side ends"),
    (r"socket\[(\d+)\]\.all", "more comes to socket {}, or the other side ends"),
    (r"socket\[(\d+)\]\.room", "there is room for what socket {} sends"),
    (r"socket\[(\d+)\]\.connection", "a client connects to socket {}"),
    (r"socket\[(\d+)\]\.place", "there is a place at socket {}"),
    (r"socket\[(\d+)\]\.connect", "socket {} is connected, or refused"),
    (r"socket\[(\d+)\]\.close", "the other side has all that socket {} has sent"),
    (r"mq\[\d+\]\.arrival", "a message comes to the POSIX queue"),
    (r"mq\[\d+\]\.space", "there is room in the POSIX queue"),
    (r"futex\[(\d+)\+(\d+)\]", "somebody wakes it at the lock in region {}, byte {}"),
    (r"proc\[\d+\]\.pause", "a signal comes"),
    (r"proc\[\d+\]\.child", "a child ends"),
)


def error_told(errno: str) -> str:
    """What an error means, in a few words."""
    if errno in ERRORS:
        return ERRORS[errno]
    number = getattr(machine, errno, None)
    return os.strerror(number).lower() if isinstance(number, int) else "an error"


def event_told(event: str) -> str:
    """What a sleeper waits for; an event without words of its own is told by its name."""
    for pattern, words in EVENTS:
        found = re.fullmatch(pattern, event)
        if found:
            return words.format(*found.groups())
    return f"wakeup on {event}"


def written(call: str, args: list[Any]) -> str:
    """A call as a program would write it, its arguments as a scenario has them."""
    kinds = form(call).kinds if call in SIGNATURES else ()
    shown = [
        _value(arg, kinds[place] if place < len(kinds) else Kind.NUMBER)
        for place, arg in enumerate(args)
    ]
    return f"{call}({', '.join(shown)})"


def _value(value: Any, kind: Kind) -> str:
    match value:
        case None:
            return "null" if kind is Kind.MAYBE else "bad address"
        case {"key": number}:
            return f"key {number}"
        case {"pid": name, **rest}:
            return f"{'group' if rest.get('neg') else 'pid'} of {name}"
        case {"rep": text, "n": times}:
            return f"{quoted(text)} × {times}"
        case {"addr": base, "off": after}:
            return f"{_value(base, kind)} + {after}"
        case {"expr": text}:
            return str(text)
        case dict():
            parts = [f"{name} {_value(inner, Kind.NUMBER)}" for name, inner in value.items()]
            return "{" + ", ".join(parts) + "}"
        case list() if kind is Kind.SIGNALS:
            return "{" + ", ".join(map(str, value)) + "}"
        case list() if kind is Kind.OPS:
            told = (f"[{num}, {op}, {_value(flags, Kind.FLAGS)}]" for num, op, flags in value)
            return f"[{', '.join(told)}]"
        case list() if kind is Kind.SETTING:
            return "{" + ", ".join(_value(one, Kind.NUMBER) for one in value) + "}"
        case list():
            return " | ".join(_value(one, kind) for one in value) or "0"
        case str() if kind is Kind.TEXT:
            return quoted(value)
        case str():
            return value.removeprefix("$").replace("0o", "0", 1)
    return str(value)


def quoted(text: str) -> str:
    """A text in quotes, control characters escaped, and cut when it is long."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[:LONG])
    return f"“{shown}”" if len(text) <= LONG else f"“{shown}…” ({len(text)} bytes)"


def outcome_told(outcome: Outcome, meaning: str = "") -> str:
    """What a call did, to follow its name: `returns 5: type 1, “hello”`.

    meaning  what the number returned stands for, if it does: `the pid of C`
    """
    match outcome:
        case {"unsupported": why}:
            return f"cannot be made here: {why}"
        case {"raised": text, **rest}:
            line = f" in line {rest['line']}" if rest.get("line") is not None else ""
            return f"breaks: {text}{line}"
        case {"errno": errno, **rest}:
            why = f": {rest['why']}" if rest.get("why") else ""
            return f"fails with {errno} ({error_told(errno)}){why}"
        case {"blocks": _, "on": "stopped"}:
            return "is stopped, until SIGCONT comes or whoever traces it lets it go on"
        case {"blocks": _, **rest}:
            return f"sleeps until {event_told(rest['on'])}" if rest.get("on") else "sleeps"
        case {"ends": status}:
            return f"ends the process ({status_told(status)})"
        case {"execs": _}:
            return "replaces the program of the process"
    found = [_output(name, value) for name, value in outcome.items() if name != "ret"]
    words = f"returns {outcome['ret']}" + (f", {meaning}" if meaning else "")
    return words + (f": {', '.join(found)}" if found else "")


NAMELESS = {"name": "no name", "from": "from a socket without a name"}


def _output(name: str, value: Any) -> str:
    if name == "mtype":
        return f"type {value}"
    if name == "data" and isinstance(value, str):
        return quoted(value)
    if name == "status":
        return status_told(value)
    if name == "prev":
        return f"it was {value}"
    if name == "set":
        return "{" + ", ".join(value) + "}"
    if name == "fields" and isinstance(value, dict):
        return ", ".join(f"{key} {_field(inner)}" for key, inner in value.items() if inner != [])
    if name in NAMELESS and value == "":
        return NAMELESS[name]
    return f"{name} {value}"


def _field(value: Any) -> str:
    """A field of IPC_STAT, with names in place of what differs from one machine to another."""
    match value:
        case {"key": number}:
            return f"{number}"
        case {"pid": name}:
            return f"{name}"
        case "nonzero":
            return "set"
        case str():
            return value.replace("0o", "0", 1)
    return str(value)


def status_told(status: Any) -> str:
    """How a process ended, stopped or went on."""
    match status:
        case {"exited": code}:
            return f"exit code {code}"
        case {"signaled": name}:
            return f"ended by {name}"
        case {"stopped": name}:
            return f"stopped by {name}"
        case {"continued": _}:
            return "goes on"
    return str(status)


def line_told(line: Line) -> str:
    """A call and what came of it, in one line."""
    move = line.move
    return "; ".join([f"{move.proc}: {written(move.call, move.args)} {did(line)}", *effects(line)])


def did(line: Line) -> str:
    """What a call did, with names for the numbers that have one."""
    outcome = dict(line.outcome)
    if line.move.call in ADDRESSES and type(outcome.get("ret")) is int:
        outcome["ret"] = f"{outcome['ret']:#x}"
    if "fields" in outcome:
        outcome["fields"] = line.steps[0]["expect"]["fields"]
    return outcome_told(outcome, stands(line))


def effects(line: Line) -> list[str]:
    """What a call did to others, a sentence each."""
    said = [
        f"{proc}'s {call} {outcome_told(outcome, kept_as(line.got.get(proc)))}"
        for proc, (call, outcome) in line.back.items()
    ]
    said += [f"{proc} is gone ({status_told(status)})" for proc, status in line.ended.items()]
    return said + [
        f"{proc} is stopped" if state == "stopped" else f"{proc} goes on"
        for proc, state in line.states.items()
    ]


def kept_as(name: str | None) -> str:
    """By which name a result is kept; empty when it is not."""
    return f"kept as {name}" if name else ""


def stands(line: Line) -> str:
    """What the number that a call returned stands for; empty when it is only a number."""
    if line.kept:
        return kept_as(line.kept)
    meant = line.steps[0].get("expect", {}).get("ret") if line.steps else None
    if isinstance(meant, str) and meant.startswith("$"):
        return f"which is {meant[1:]}"
    if line.move.call == "fork" and "ret" in line.outcome:
        return f"the pid of {line.move.args[0]}"
    return f"the pid of {meant['pid']}" if isinstance(meant, dict) and "pid" in meant else ""
