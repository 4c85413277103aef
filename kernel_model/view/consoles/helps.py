"""What the console says of each call, argument and flag: a short sentence each."""

from __future__ import annotations

from typing import Any

from kernel_model.view.consoles import helps_more, helps_posix, helps_signals, helps_sockets

CALLS = (
    helps_posix.CALLS
    | helps_more.CALLS
    | helps_sockets.CALLS
    | helps_signals.CALLS
    | {
        "msgget": "Finds the queue with this key, or makes it; gives its descriptor.",
        "msgsnd": "Puts a message at the end of a queue; sleeps while there is no room.",
        "msgrcv": "Takes a message off a queue; sleeps until there is one.",
        "msgctl": "Queries a queue, changes it or removes it.",
        "shmget": "Finds the shared memory with this key, or makes it; gives its descriptor.",
        "shmat": "Attaches shared memory to the caller; gives the address.",
        "shmdt": "Detaches the shared memory at this address.",
        "shmctl": "Queries shared memory, changes it or removes it.",
        "mem_read": "What the program reads at an address.",
        "mem_write": "The program writes at an address.",
        "mem_alloc": "The program takes memory of its own, with this in it; gives the address.",
        "word_alloc": "The program takes one word of memory; gives the address.",
        "word_read": "The word that the program reads at an address.",
        "kill": "Sends a signal to a process.",
        "signal": "Sets what a signal does to the caller.",
        "sigcount": "How often the caller's handler of a signal has run.",
        "pause": "Sleeps until a signal has been caught.",
        "sigprocmask": "Blocks or unblocks signals.",
        "sigpending": "Which blocked signals are waiting.",
        "sigsuspend": "Sleeps, with these signals blocked, until another one is caught.",
        "fork": "Makes a child, a process like the caller.",
        "exec": "Replaces the program that the caller runs.",
        "exit": "Ends the caller.",
        "wait": "Sleeps until a child has ended.",
        "waitpid": "Waits for the end of one child, or looks whether it has ended.",
        "getpid": "The caller's process id.",
        "setpgrp": "Makes the caller the leader of a process group of its own.",
        "setuid": "Changes the caller's user id.",
        "setresuid": "Changes real, effective and saved user id; -1 leaves one.",
        "umask": "Sets the permission bits that new files do not get.",
    }
)

# Flags to tick: name, what it does, and the personality that has it
FLAGS = (
    helps_posix.FLAGS
    | helps_more.FLAGS
    | helps_sockets.FLAGS
    | helps_signals.FLAGS
    | {
        "msgget": (
            ("IPC_CREAT", "make the queue if there is none", ""),
            ("IPC_EXCL", "with IPC_CREAT: fail if there is one", ""),
        ),
        "msgsnd": (("IPC_NOWAIT", "fail rather than sleep", ""),),
        "msgrcv": (
            ("IPC_NOWAIT", "fail rather than sleep", ""),
            ("MSG_NOERROR", "cut a message that is too long", ""),
            ("MSG_EXCEPT", "any type but this one", "linux"),
            ("MSG_COPY", "a copy of the message at this place", "linux"),
        ),
        "shmget": (
            ("IPC_CREAT", "make it if there is none", ""),
            ("IPC_EXCL", "with IPC_CREAT: fail if there is one", ""),
        ),
        "shmat": (
            ("SHM_RDONLY", "only to read", ""),
            ("SHM_RND", "round the address down", ""),
            ("SHM_REMAP", "in place of what is there", "linux"),
        ),
        "waitpid": (
            ("WNOHANG", "do not sleep", ""),
            ("WUNTRACED", "a stopped child will do", ""),
            ("WCONTINUED", "a child that goes on will do", ""),
        ),
    }
)

# One of several: value, what it means, and the personality that has it
CHOICES = (
    helps_posix.CHOICES
    | helps_more.CHOICES
    | helps_sockets.CHOICES
    | helps_signals.CHOICES
    | {
        "msgctl": (
            ("IPC_STAT", "query", ""),
            ("IPC_SET", "change owner, mode or size", ""),
            ("IPC_RMID", "remove the queue", ""),
            ("IPC_INFO", "the limits", "linux"),
            ("MSG_INFO", "what is in use", "linux"),
            ("MSG_STAT", "query by index", "linux"),
        ),
        "shmctl": (
            ("IPC_STAT", "query", ""),
            ("IPC_SET", "change owner or mode", ""),
            ("IPC_RMID", "remove it", ""),
            ("SHM_LOCK", "keep it in memory", ""),
            ("SHM_UNLOCK", "no longer", ""),
        ),
        "handler": (
            ("SIG_DFL", "the default, usually the end", ""),
            ("SIG_IGN", "ignore it", ""),
            ("catch", "run a handler", ""),
            ("catch_restart", "run a handler, then make the call again", ""),
            ("catch_once", "run a handler, once", ""),
        ),
        "how": (
            ("SIG_BLOCK", "block these too", ""),
            ("SIG_UNBLOCK", "block these no more", ""),
            ("SIG_SETMASK", "block just these", ""),
        ),
    }
)

SETTABLE = ("uid", "gid", "mode", "qbytes")  # what IPC_SET takes
ANSWER = {"cmd": ["IPC_STAT", "IPC_SET"]}  # commands of msgctl that use an address

# By call and argument; by argument alone where every call means the same
MORE = helps_posix.FIELDS | helps_more.FIELDS | helps_sockets.FIELDS | helps_signals.FIELDS
FIELDS: dict[tuple[str, str], dict[str, Any]] = MORE | {
    ("", "key"): {"kind": "key", "value": "7", "help": "the same key finds the same queue"},
    ("", "id"): {"kind": "id", "label": "queue", "help": "a descriptor that msgget returned"},
    ("shmat", "id"): {"kind": "id", "label": "memory", "help": "a descriptor that shmget returned"},
    ("shmctl", "id"): {"kind": "id", "label": "memory", "help": "a descriptor from shmget"},
    ("semop", "id"): {"kind": "id", "label": "set", "help": "a descriptor from semget"},
    ("semtimedop", "id"): {"kind": "id", "label": "set", "help": "a descriptor from semget"},
    ("semctl", "id"): {"kind": "id", "label": "set", "help": "a descriptor from semget"},
    ("shmget", "flags"): {"kind": "flags", "value": ["IPC_CREAT"]},
    ("shmget", "size"): {"value": "4096", "help": "in bytes"},
    ("shmctl", "cmd"): {"kind": "choice", "label": "command", "value": "IPC_STAT"},
    ("shmctl", "arg"): {"kind": "set", "label": "changes", "when": ANSWER},
    ("", "addr"): {"kind": "addr", "label": "address"},
    ("shmat", "addr"): {"kind": "addr", "label": "address", "value": "null",
                        "help": "null: the kernel picks one"},
    ("", "n"): {"value": "16", "help": "bytes"},
    ("", "flags"): {"kind": "flags", "value": []},
    ("msgget", "flags"): {"kind": "flags", "value": ["IPC_CREAT"]},
    ("msgsnd", "type"): {"value": "1", "help": "a positive number that receivers can ask for"},
    ("msgsnd", "text"): {"kind": "text", "value": "hello"},
    ("msgsnd", "size"): {"help": "in bytes; empty: the whole text"},
    ("msgrcv", "size"): {"value": "100", "help": "of the buffer, in bytes"},
    ("msgrcv", "type"): {
        "value": "0",
        "help": "0: the first; 3: the first of type 3; -3: the first of the lowest type up to 3",
    },
    ("msgrcv", "null"): {"kind": "bad", "label": "bad address", "help": "no buffer to copy it to"},
    ("msgctl", "cmd"): {"kind": "choice", "label": "command", "value": "IPC_STAT"},
    ("msgctl", "arg"): {"kind": "set", "label": "changes", "when": ANSWER},
    ("", "pid"): {"kind": "pid", "label": "process"},
    ("", "sig"): {"kind": "signal", "label": "signal", "value": "SIGUSR1"},
    ("", "handler"): {"kind": "choice", "label": "action", "value": "catch"},
    ("", "how"): {"kind": "choice", "value": "SIG_BLOCK"},
    ("", "sigs"): {"kind": "signals", "label": "signals", "value": []},
    ("", "newname"): {"kind": "word", "label": "name of the child"},
    ("", "image"): {"kind": "image", "label": "program", "value": "exit 0",
                    "help": "exit 0: ends with code 0 at once; sleep: sleeps until a signal"},
    ("", "code"): {"value": "0", "label": "exit code"},
    ("", "mode"): {"kind": "mode", "value": "022"},
    ("", "uid"): {"value": "1000", "help": "0 is the superuser"},
    ("", "ruid"): {"value": "-1", "label": "real uid"},
    ("", "euid"): {"value": "-1", "label": "effective uid"},
    ("", "suid"): {"value": "-1", "label": "saved uid"},
    ("", "text"): {"kind": "text"},
    ("", "data"): {"kind": "text"},
    ("", "path"): {"kind": "text"},
    ("", "name"): {"kind": "text"},
}  # fmt: skip
