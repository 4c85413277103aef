"""Every call a scenario may make, and what stands in each of its arguments.

The name of an argument decides how its value is read: `text` of msgsnd is text whatever it looks
like ("0o600" is five characters), `flags` of msgget are names and numbers to be ored, and all
others are numbers, which may be written as a name ("IPC_STAT") or in octal ("0o600").
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any


class Kind(StrEnum):
    """How a value is read; the words tell a person what may stand there."""

    NUMBER = "a number"
    MAYBE = "a number or null"  # addresses and times; null is the null pointer
    FLAGS = "a number, or a list of names and numbers"
    TEXT = "text or null"  # null is a bad address
    DATA = "text or a list of numbers"  # only in expectations
    OPTION = "a number, a list of names and numbers, or null"
    WORD = "a word"  # stays as it is written
    PROCESS = "the name of the new process"
    IMAGE = '{"exit": n}, {"sleep": 1} or {"run": source}'  # the last on the model only
    SIGNALS = "a list of signals, or null"
    OPS = "a list of [number, operation, flags], or null"
    ARGUMENT = "a number, a list of numbers, a dict of numbers, or null"
    NULL = "null"
    ATTR = "a dict of maxmsg and msgsize, or null"
    SETTING = "a number, or a list of two: on or off, and seconds"  # of SO_LINGER
    FIELDS = "a dict of fields"
    WORDS = "a list of words"
    STATUS = '{"exited": n}, {"signaled": NAME} or {"stopped": NAME}'


ARGUMENTS = {
    "newname": Kind.PROCESS, "image": Kind.IMAGE, "handler": Kind.WORD, "sigs": Kind.SIGNALS,
    "text": Kind.TEXT, "data": Kind.TEXT, "path": Kind.TEXT, "name": Kind.TEXT,
    "flags": Kind.FLAGS, "prot": Kind.FLAGS, "mode": Kind.FLAGS, "domain": Kind.FLAGS,
    "kind": Kind.FLAGS,
    "addr": Kind.MAYBE, "mutex": Kind.MAYBE, "ms": Kind.MAYBE, "word": Kind.MAYBE, "ops": Kind.OPS,
    "arg": Kind.ARGUMENT, "option": Kind.OPTION, "null": Kind.NULL, "attr": Kind.ATTR,
    "optval": Kind.SETTING,
}  # fmt: skip

# Brackets hold what may be left out.
SIGNATURES = {
    "fork": "newname", "exit": "code", "exec": "image", "wait": "", "waitpid": "pid flags",
    "getpid": "", "setpgrp": "", "setuid": "uid", "setresuid": "ruid euid suid", "umask": "mode",

    "kill": "pid sig", "signal": "sig handler",
    "sigaction": "sig handler [flags sigs]", "sigcount": "sig", "pause": "",
    "sigprocmask": "how sigs", "sigpending": "", "sigsuspend": "sigs",

    "mem_read": "addr n", "mem_write": "addr data", "mem_alloc": "data", "word_alloc": "value",
    "word_read": "addr",

    "msgget": "key flags", "msgsnd": "id type text flags [size]",
    "msgrcv": "id size type flags [null]", "msgctl": "id cmd [arg]",

    "semget": "key n flags", "semop": "id ops", "semtimedop": "id ops ms",
    "semctl": "id num cmd [arg]",

    "shmget": "key size flags", "shmat": "id addr flags", "shmdt": "addr",
    "shmctl": "id cmd [arg]",

    "pipe": "", "read": "fd n [null]", "write": "fd data", "open": "path flags [mode]",
    "close": "fd", "dup": "fd", "dup2": "fd newfd", "fcntl": "fd cmd [option]",
    "lseek": "fd off whence", "mkfifo": "path mode", "mknod": "path mode [dev]",
    "mkdir": "path mode", "unlink": "path", "stat": "path", "fstat": "fd",

    "shm_open": "path flags [mode]", "shm_unlink": "path", "ftruncate": "fd size",
    "mmap": "addr size prot flags fd off", "munmap": "addr size", "msync": "addr size flags",

    "mq_open": "path flags [mode attr]", "mq_close": "mqd", "mq_unlink": "path",
    "mq_getattr": "mqd", "mq_setattr": "mqd flags", "mq_notify": "mqd option",
    "mq_send": "mqd text prio [size]", "mq_receive": "mqd size [null]",
    "mq_timedsend": "mqd text prio ms", "mq_timedreceive": "mqd size ms",

    "sem_open": "path flags [mode value]", "sem_close": "addr", "sem_unlink": "path",
    "sem_init": "addr pshared value", "sem_destroy": "addr", "sem_wait": "addr",
    "sem_trywait": "addr", "sem_timedwait": "addr ms", "sem_post": "addr", "sem_getvalue": "addr",

    "pthread_mutex_init": "addr [kind robust pshared]", "pthread_mutex_lock": "addr",
    "pthread_mutex_trylock": "addr", "pthread_mutex_unlock": "addr",
    "pthread_mutex_consistent": "addr", "pthread_mutex_destroy": "addr",
    "pthread_cond_init": "addr [pshared]", "pthread_cond_wait": "addr mutex",
    "pthread_cond_signal": "addr", "pthread_cond_broadcast": "addr", "pthread_cond_destroy": "addr",

    "socket": "[domain kind protocol]", "socketpair": "[domain kind protocol]",
    "bind": "fd name", "connect": "fd name", "listen": "fd [backlog]", "accept": "fd [flags]",
    "send": "fd data [flags]", "sendto": "fd data flags name", "recv": "fd n [flags]",
    "recvfrom": "fd n flags", "shutdown": "fd how", "getsockname": "fd", "getpeername": "fd",
    "getsockopt": "fd level optname", "setsockopt": "fd level optname optval",

    "ptrace": "req [pid addr word]",

    "attachreg": "id pid addr flags",  # an algorithm of the kernel: only the model has it as a call
}  # fmt: skip

# What a call does when no expectation says so: all others must return.
WITHOUT_EXPECT: dict[str, dict[str, Any]] = {"exit": {"ends": "any"}, "exec": {"execs": True}}

# Outputs that `save` keeps of a call that makes two descriptors.
PAIRS = {"pipe": ("r", "w"), "socketpair": ("0", "1")}

# What an expectation may say about a call that returned.
OUTPUTS = {
    "ret": Kind.NUMBER, "data": Kind.DATA, "mtype": Kind.NUMBER, "status": Kind.STATUS,
    "name": Kind.TEXT, "from": Kind.TEXT, "prev": Kind.WORD, "set": Kind.SIGNALS,
    "prio": Kind.NUMBER, "value": Kind.SETTING, "fields": Kind.FIELDS,
}  # fmt: skip

# Fields that hold no number.
FIELDS = {"type": Kind.WORD, "flags": Kind.WORDS}

# Fields of the attributes that mq_open takes.
ATTRIBUTES = ("maxmsg", "msgsize")

# Fields that IPC_SET takes.
SETTABLE = ("uid", "gid", "mode", "qbytes")


@dataclass(frozen=True, slots=True)
class Form:
    """The arguments of one call: their names, their kinds, and how many must be there."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    least: int

    def __str__(self) -> str:
        text = ", ".join(self.names[: self.least])
        for name in self.names[self.least :]:
            text += f"[, {name}]" if text else f"[{name}]"
        return f"({text})"


@cache
def form(call: str) -> Form:
    """The form of a call; KeyError for one that no scenario may make."""
    must, _, may = SIGNATURES[call].partition("[")
    names = (*must.split(), *may.rstrip("]").split())
    kinds = tuple(ARGUMENTS.get(name, Kind.NUMBER) for name in names)
    return Form(names, kinds, len(must.split()))
