"""What happens at a step, in one plain sentence."""

from __future__ import annotations

import ast
import re
from typing import Any

from kernel_model.constants import NAMES, REQUESTS, SIGNAL_NAMES
from kernel_model.scenario import SIGNATURES
from kernel_model.scenario.calls import form
from kernel_model.trace import Event
from kernel_model.view.pictures.words import event_words, key_words
from kernel_model.view.player import socket_words
from kernel_model.view.player.socket_words import passage_words, socket_argument

CALL = re.compile(r"(?P<who>.*) calls (?P<name>\w+)\((?P<args>.*)\)", re.DOTALL)
STATUS = re.compile(r"\{'(exited|signaled|stopped)': '?(\w+)'?\}")
FLAGS = {
    "msgget": ("IPC_CREAT", "IPC_EXCL"),
    "open": ("O_WRONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_TRUNC", "O_NONBLOCK"),
    "msgsnd": ("IPC_NOWAIT",),
    "msgrcv": ("IPC_NOWAIT", "MSG_NOERROR", "MSG_EXCEPT", "MSG_COPY"),
    "shmget": ("IPC_CREAT", "IPC_EXCL"),
    "semget": ("IPC_CREAT", "IPC_EXCL"),
    "mq_open": ("O_CREAT", "O_EXCL", "O_NONBLOCK", "O_WRONLY", "O_RDWR"),
    "mq_setattr": ("O_NONBLOCK",),
    "sem_open": ("O_CREAT", "O_EXCL"),
    "shmat": ("SHM_RDONLY", "SHM_RND", "SHM_REMAP"),
} | dict.fromkeys(("send", "sendto", "recv", "recvfrom"), socket_words.FLAGS)
OPERATION = ("IPC_NOWAIT", "SEM_UNDO")  # flags of an operation on a semaphore
ADDRESSES = re.compile(r"\b(shmat|mem_alloc|word_alloc|mmap|sem_open) returns (\d+) to ")
USES = {  # what a program does itself, without a call of the kernel
    "mem_write": "{who} writes {1} at {0}",
    "mem_read": "{who} reads {1} at {0}",
    "word_read": "{who} reads the word at {0}",
}
COMMANDS = {
    "shmctl": ("IPC_RMID", "IPC_SET", "IPC_STAT", "SHM_LOCK", "SHM_UNLOCK"),
    "semctl": (
        "IPC_RMID",
        "IPC_SET",
        "IPC_STAT",
        "GETVAL",
        "GETPID",
        "GETNCNT",
        "GETZCNT",
        "GETALL",
        "SETVAL",
        "SETALL",
    ),
    "msgctl": ("IPC_RMID", "IPC_SET", "IPC_STAT", "IPC_INFO", "MSG_STAT", "MSG_INFO"),
}
SIGNAL_CALLS = ("kill", "signal", "sigaction", "sigcount")
KEY = re.compile(r"\bkey (\d+)")
ASLEEP = re.compile(r"(, asleep|to sleep) on (\S+)$")


def sentence(event: Event, left_out: int = 0, code: str = "") -> str:
    """The event in words.

    left_out  rounds of a loop that were left out just before it
    code      the line that it is at, if there are no words for it
    """
    if event.kind == "line":
        told = f"{event.proc}, next: {event.words or code or f'in {event.function}'}"
        told += f" ({left_out} more rounds like this)" if left_out else ""
        return told if code else _ended(told)
    if event.kind == "call":
        return _ended(call_words(event.text))
    if event.kind == "packet":
        return passage_words(event.proc, event.text)
    told = ADDRESSES.sub(lambda hit: f"{hit[1]} returns {int(hit[2]):#x} to ", event.text)
    told = ASLEEP.sub(_waiting, KEY.sub(lambda hit: f"key {key_words(int(hit[1]))}", told))
    return _ended(STATUS.sub(_status, told))


def _ended(told: str) -> str:
    return told if told.endswith((".", "?", "!")) else told + "."


def _status(hit: re.Match[str]) -> str:
    how = {"exited": "exit code", "signaled": "killed by", "stopped": "stopped by"}[hit[1]]
    return f"{how} {hit[2]}"


def _waiting(hit: re.Match[str]) -> str:
    how = {", asleep": ", which waited for", "to sleep": "to sleep and waits for"}[hit[1]]
    return f"{how} {event_words(hit[2])}"


def call_words(told: str) -> str:
    """A call with its key and flags as a program would write them."""
    hit = CALL.fullmatch(told)
    if hit is None or hit["name"] not in SIGNATURES:
        return told
    try:
        values = list(ast.literal_eval(f"({hit['args']},)")) if hit["args"] else []
    except (ValueError, SyntaxError):
        return told
    names = form(hit["name"]).names
    shown: list[str] = [
        _argument(hit["name"], names[place] if place < len(names) else "", value)
        for place, value in enumerate(values)
    ]
    if hit["name"] in USES and len(shown) == len(names):
        if hit["name"] == "mem_read":
            shown[1] = "1 byte" if values[1] == 1 else f"{values[1]} bytes"
        return USES[hit["name"]].format(*shown, who=hit["who"])
    return f"{hit['who']} calls {hit['name']}({', '.join(shown)})"


def _argument(call: str, what: str, value: Any) -> str:
    if (words := socket_argument(call, what, value, NAMES)) is not None:
        return words
    if what == "key":
        return "IPC_PRIVATE" if value == 0 else f"key {key_words(value)}"
    if what == "addr" and isinstance(value, int):
        return f"{value:#x}" if value else "0"
    if what == "flags" and isinstance(value, int):
        return _flags(value, FLAGS.get(call, ()))
    if what == "mode" and isinstance(value, int):
        return f"0o{value:o}"
    if what == "sig" and call in SIGNAL_CALLS:
        return SIGNAL_NAMES.get(value, repr(value))
    if what == "req":
        return REQUESTS.get(value, repr(value))
    if what == "cmd":
        return next((name for name in COMMANDS.get(call, ()) if NAMES[name] == value), repr(value))
    if what == "ops" and isinstance(value, list):
        told = (f"[{num}, {op}, {_flags(flags, OPERATION)}]" for num, op, flags in value)
        return f"[{', '.join(told)}]"
    if isinstance(value, bytes):
        return repr(value.decode("latin-1"))  # as whoever writes a call in short form does
    if isinstance(value, dict):
        shown = (f"{k!r}: {f'0o{v:o}' if k == 'mode' else v!r}" for k, v in value.items())
        return "{" + ", ".join(shown) + "}"
    return repr(value)


def _flags(value: int, names: tuple[str, ...]) -> str:
    """Flags by their names, with | between; what is left is a mode, in octal."""
    parts = []
    for name in names:
        if value & NAMES[name]:
            parts.append(name)
            value &= ~NAMES[name]
    if value or not parts:
        parts.append(f"0o{value:o}" if value else "0")
    return " | ".join(parts)
