"""What the console says of tracing, and of signals with flags: as `helps.py` for the others."""

from __future__ import annotations

from typing import Any

CALLS = {
    "ptrace": "Asks to be traced, or makes a request of a child that is traced and stopped.",
    "sigaction": "Sets what a signal does to the caller, with flags and a mask.",
}

FLAGS = {
    "sigaction": (
        ("SA_RESTART", "a call that was interrupted is made again", ""),
        ("SA_RESETHAND", "back to the default when the handler runs", ""),
        ("SA_NODEFER", "the handler does not block its own signal", ""),
        ("SA_NOCLDSTOP", "of SIGCHLD: not for a child that stops", ""),
        ("SA_NOCLDWAIT", "of SIGCHLD: children leave no zombies", ""),
    ),
}

CHOICES = {
    "req": (
        ("PTRACE_TRACEME", "my parent may trace me", ""),
        ("PTRACE_ATTACH", "trace this process", "linux"),
        ("PTRACE_PEEKDATA", "read a word of its memory", ""),
        ("PTRACE_POKEDATA", "write a word of its memory", ""),
        ("PTRACE_PEEKUSER", "read a word of its user area", ""),
        ("PTRACE_CONT", "let it go on, with a signal or none", ""),
        ("PTRACE_KILL", "end it", ""),
        ("PTRACE_DETACH", "let it go", "linux"),
    ),
}

FIELDS: dict[tuple[str, str], dict[str, Any]] = {
    ("ptrace", "req"): {"kind": "choice", "label": "request", "value": "PTRACE_TRACEME"},
    ("ptrace", "word"): {"value": "0", "label": "data", "help": "the word to write, or a signal"},
    ("word_alloc", "value"): {"value": "42", "help": "what the word holds"},
}
