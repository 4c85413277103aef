"""What the console says of semaphores, files, pipes and mappings (helps.py: of other calls)."""

from __future__ import annotations

from typing import Any

CALLS = {
    "semget": "Finds the set of semaphores with this key, or makes it; gives its descriptor.",
    "semop": "Does all operations on a set, or sleeps until it can do all.",
    "semtimedop": "As semop, but sleeps no longer than so many milliseconds.",
    "semctl": "Queries a set or one of its semaphores, sets values, or removes it.",
    "open": "Opens a file of the scenario's directory; gives a file descriptor.",
    "close": "Gives a file descriptor up.",
    "dup": "Another file descriptor for the same open file.",
    "dup2": "Makes a file descriptor lead where another one leads.",
    "fcntl": "Queries or changes a file descriptor.",
    "pipe": "Makes a pipe; gives two descriptors: p.r to read it, p.w to write it.",
    "mkdir": "Makes a directory; names in it are such as d/f.",
    "mkfifo": "Makes a named pipe, which others can open.",
    "mknod": "Makes a file of any kind: a named pipe, for one.",
    "read": "Reads a file from its offset on, or what a pipe has; sleeps while that is empty.",
    "write": "Writes to a file at its offset, or into a pipe; sleeps while that is full.",
    "lseek": "Moves the offset of an open file.",
    "unlink": "Takes a name out of the directory.",
    "stat": "What there is to know of a file, by its name.",
    "fstat": "What there is to know of a file, by a descriptor.",
    "ftruncate": "Makes a file or memory object so many bytes long.",
    "shm_open": "Opens a memory object by its name, or makes it; gives a file descriptor.",
    "shm_unlink": "Takes the name of a memory object away.",
    "mmap": "Maps a file or memory object into the caller's memory; gives the address.",
    "munmap": "Takes a range of addresses out of the caller's memory.",
    "msync": "Writes what was changed in a mapping back to its file.",
}

OPENING = (
    ("O_RDWR", "to read and to write", ""),
    ("O_CREAT", "make it if there is none", ""),
    ("O_EXCL", "with O_CREAT: fail if there is one", ""),
    ("O_TRUNC", "empty it", ""),
)
PIPES = (("O_WRONLY", "only to write", ""), ("O_NONBLOCK", "do not sleep", ""))
FLAGS = {
    "semget": (
        ("IPC_CREAT", "make the set if there is none", ""),
        ("IPC_EXCL", "with IPC_CREAT: fail if there is one", ""),
    ),
    "open": (*PIPES, *OPENING),
    "shm_open": OPENING,
}

CHOICES = {
    "fcntl": (
        ("F_SETFL", "set O_NONBLOCK and O_APPEND", ""),
        ("F_GETFL", "how it was opened", ""),
        ("F_SETFD", "1: exec closes it", ""),
        ("F_GETFD", "does exec close it?", ""),
        ("F_DUPFD", "duplicate, from a number on", ""),
        ("F_GETPIPE_SZ", "bytes that the pipe can hold", "linux"),
        ("F_SETPIPE_SZ", "make it hold so many", "linux"),
    ),
    "semctl": (
        ("GETVAL", "the value of one", ""),
        ("SETVAL", "set the value of one", ""),
        ("GETALL", "all values", ""),
        ("SETALL", "set all values", ""),
        ("GETPID", "who did the last operation", ""),
        ("GETNCNT", "how many wait for more", ""),
        ("GETZCNT", "how many wait for 0", ""),
        ("IPC_STAT", "query the set", ""),
        ("IPC_SET", "change owner or mode", ""),
        ("IPC_RMID", "remove the set", ""),
    ),
}

OPERATION = 'number, operation, flags of each, as in [[0, -1, []], [1, 2, ["SEM_UNDO"]]]'
FIELDS: dict[tuple[str, str], dict[str, Any]] = {
    ("semget", "key"): {"kind": "key", "value": "7", "help": "the same key finds the same set"},
    ("semget", "n"): {"value": "1", "label": "semaphores", "help": "in the set"},
    ("semget", "flags"): {"kind": "flags", "value": ["IPC_CREAT"]},
    ("semop", "ops"): {"kind": "json", "label": "operations", "value": "[[0, -1, []]]",
                       "help": OPERATION},
    ("semtimedop", "ops"): {"kind": "json", "label": "operations", "value": "[[0, -1, []]]",
                            "help": OPERATION},
    ("semtimedop", "ms"): {"value": "100", "label": "milliseconds"},
    ("semctl", "num"): {"value": "0", "label": "number", "help": "of the semaphore in the set"},
    ("semctl", "cmd"): {"kind": "choice", "label": "command", "value": "GETVAL"},
    ("semctl", "arg"): {"kind": "json", "label": "value", "help": "5 for SETVAL, [1, 2] for SETALL",
                        "when": {"cmd": ["SETVAL", "SETALL", "IPC_SET"]}},
    ("", "fd"): {"kind": "id", "label": "descriptor", "help": "that pipe, open or dup gave"},
    ("read", "null"): {"kind": "bad", "label": "bad address", "help": "no buffer to copy it to"},
    ("dup2", "newfd"): {"kind": "id", "label": "new one", "help": "which will lead there too"},
    ("fcntl", "cmd"): {"kind": "choice", "label": "command", "value": "F_SETFL"},
    ("fcntl", "option"): {"kind": "json", "label": "value", "value": "[\"O_NONBLOCK\"]",
                          "when": {"cmd": ["F_SETFL", "F_SETFD", "F_DUPFD", "F_SETPIPE_SZ"]}},
    ("mkdir", "mode"): {"kind": "mode", "value": "0755", "label": "permissions"},
    ("mkfifo", "mode"): {"kind": "mode", "value": "0600", "label": "permissions"},
    ("mknod", "mode"): {"kind": "json", "value": "[\"S_IFIFO\", \"0o600\"]"},
    ("mknod", "dev"): {"value": "0", "label": "device"},
    ("mmap", "flags"): {"kind": "json", "value": "[\"MAP_SHARED\"]"},
    ("msync", "flags"): {"kind": "json", "value": "[]"},
}  # fmt: skip
