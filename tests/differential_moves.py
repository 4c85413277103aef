"""Random scenarios without expectations: what two kernels are asked to do alike.

A scenario is made from a seed alone. It holds calls of processes, signals, messages, semaphores,
shared memory, pipes, POSIX queues and semaphores, with arguments that a careful program never
has: stale and negative identifiers, bad addresses, sizes and types at every edge, each flag with
each other one. Processes sleep, stop, fork and die.
"""

from random import Random
from typing import Any

from kernel_model.scenario.steps import Json
from tests import differential_ipc, differential_pipes, differential_posix
from tests.differential_ipc import IpcMoves
from tests.differential_pipes import PipeMoves
from tests.differential_plots import call, plot
from tests.differential_posix import PosixMoves

MSGMNB, MSGMAX = 24, 16  # small, so that queues fill and messages do not fit
USERS = (0, 0, 1000, 1000, 1001)
GROUPS = (0, 100, 1000)
SIGNALS = ("SIGUSR1", "SIGUSR2", "SIGTERM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGALRM", "SIGWINCH")
STOPS = ("SIGSTOP", "SIGTSTP", "SIGTTIN")
LONG_MAX = 2**63 - 1
NAMES = "ABCDEFGHIJ"

# How often each call is made, by what a scenario is mostly about.
THEMES: dict[str, dict[str, int]] = {
    "messages": {"msgget": 3, "msgsnd": 12, "msgrcv": 12, "msgctl": 6, "fork": 1, "kill": 1},
    "sleepers": {"msgsnd": 12, "msgrcv": 12, "msgctl": 4, "kill": 3, "fork": 2, "signal": 1},
    "permission": {"msgget": 6, "msgsnd": 4, "msgrcv": 4, "msgctl": 10, "setuid": 2,
                   "setresuid": 4, "fork": 2, "kill": 2, "umask": 1},
    "signals": {"kill": 10, "signal": 6, "sigcount": 3, "pause": 2, "sigprocmask": 4,
                "sigpending": 2, "sigsuspend": 2, "msgrcv": 3, "fork": 2, "exit": 1, "wait": 1,
                "msgsnd": 2},
    "children": {"fork": 6, "exit": 4, "exec": 1, "wait": 5, "waitpid": 8, "getpid": 1,
                 "setpgrp": 3, "kill": 6, "signal": 2, "msgrcv": 2, "msgsnd": 1, "setuid": 1},
}  # fmt: skip
THEMES |= differential_ipc.THEMES | differential_pipes.THEMES | differential_posix.THEMES
THEMES["everything"] = {
    call: max(theme.get(call, 0) for theme in THEMES.values())
    for call in sorted({call for theme in THEMES.values() for call in theme})
}
GETS = {"msgget": "q", "semget": "s", "shmget": "m"}  # the letter that their results begin with


def scenario(seed: int, steps: int = 30) -> Json:
    """The scenario of this seed: JSON as in a file, but for what is expected."""
    return _Writer(seed).write(steps)


class _Writer(IpcMoves, PipeMoves, PosixMoves):
    """One scenario being made up."""

    def __init__(self, seed: int) -> None:
        self.pick = Random(seed)
        self.seed = seed
        count = self.pick.randint(2, 4)
        self.procs = list(NAMES[:count])
        self.queues: list[str] = []
        self.ids: dict[str, int] = dict.fromkeys("sm", 0)
        self.parents: list[str] = []
        self.attaching: list[str] = []  # who tried to
        theme = self.pick.choice(sorted(THEMES))
        self.calls, self.weights = zip(*THEMES[theme].items(), strict=True)
        self.topic = theme
        self.patience = 0.1 if theme == "sleepers" else 0.4  # how often IPC_NOWAIT is set

    def write(self, steps: int) -> Json:
        pick = self.pick
        uids = {name: pick.choice(USERS) for name in self.procs}
        gids = {name: pick.choice(GROUPS) for name in self.procs if pick.random() < 0.3}
        limits = {"MSGMNB": MSGMNB, "MSGMAX": MSGMAX, "MSGMNI": pick.choice((2, 5, 50))}
        limits |= differential_ipc.LIMITS
        mode = "0o666"
        if pick.random() < 0.3:
            mode = pick.choice(("0o600", "0o640", "0o622", "0o444", "0o000"))
        sizes: dict[str, list[Any]] = {"msgget": [], "semget": [2], "shmget": [5000]}
        made = [
            self.step(get, [{"key": 1}, *sizes[get], ["IPC_CREAT", mode]])
            for get in GETS
            if get in self.calls or (get == "msgget" and "msgsnd" in self.calls)
        ]
        if "pipe" in self.calls:
            made += [self.step("pipe", []) for _ in range(2)]
            made += [self.known(call(self.procs[0], "fork", self.name())) for _ in range(2)]
            made[0]["proc"] = made[1]["proc"] = self.procs[0]
        if "mkfifo" in self.calls:
            made += [self.step("mkfifo", [{"path": path}, "0o666"]) for path in "fg"]
        while len(made) < steps:
            if pick.random() < 0.1 and "msgsnd" in self.calls:
                for step in plot(pick, self.procs, self.name()):
                    made.append(self.known(step))
                    made += [self.any()] if pick.random() < 0.1 else []
            made.append(self.any())
        return {
            "id": f"random-{self.seed}", "topic": self.topic, "uids": uids, "gids": gids,
            "limits": limits, "steps": made,
        }  # fmt: skip

    def any(self) -> Json:
        name = self.pick.choices(self.calls, self.weights)[0]
        if name in ("mem_read", "mem_write", "shmdt") and not self.attaching:
            name = "shmat"
        return self.step(name, getattr(self, "_" + name)())

    def step(self, call: str, args: list[Any]) -> Json:
        caller = self.pick.choice(self.procs)
        if call in ("wait", "waitpid") and self.parents and self.pick.random() < 0.7:
            caller = self.pick.choice(self.parents)
        if call == "shmat":
            self.attaching.append(caller)
        elif call in ("mem_read", "mem_write", "shmdt") and self.pick.random() < 0.95:
            caller = self.pick.choice(self.attaching or [caller])
        made: Json = self.known({"proc": caller, "call": call, "args": args})
        if call == "msgget":
            if not self.queues or self.pick.random() < 0.5:
                self.queues.append(f"q{len(self.queues)}")
            made["save"] = self.pick.choice(("q0", self.queues[-1]))
        elif call in GETS:
            letter = GETS[call]
            made["save"] = f"{letter}{self.pick.choice((0, self.ids[letter]))}"
            self.ids[letter] = min(self.ids[letter] + 1, 2)
        elif call == "shmat":
            made["save"] = "at"
        return made

    def known(self, step: Json) -> Json:
        """The step, after its child, if there is one, was entered among the processes."""
        if step["call"] == "fork" and step["args"][0] not in self.procs:
            self.procs.append(step["args"][0])
            self.parents.append(step["proc"])
        return step

    def name(self) -> str:
        """A name for the next child; the last one is used again and again, in vain."""
        return NAMES[min(len(self.procs), len(NAMES) - 1)]

    def odd(self, usual: Any, *unusual: Any, chance: float = 0.15) -> Any:
        """Mostly the usual value (made by calling it), sometimes one of the others."""
        return self.pick.choice(unusual) if self.pick.random() < chance else usual()

    def some(self, names: tuple[Any, ...], chance: float) -> list[Any]:
        return [name for name in names if self.pick.random() < chance]

    # Messages

    def _msgget(self) -> list[Any]:
        edges = ("IPC_PRIVATE", -1, 2**32 - 1, 2**31)
        key = self.odd(lambda: {"key": self.pick.randint(1, 3)}, *edges)
        mode = self.pick.choice((0, "0o666", "0o600", "0o640", "0o444", "0o222", "0o060", "0o777"))
        return [key, [*self.some(("IPC_CREAT",), 0.6), *self.some(("IPC_EXCL",), 0.2), mode]]

    def queue(self) -> Any:
        late = f"${self.pick.choice(self.queues)}"
        stale = {"expr": f"{late}+{self.pick.choice((32768, 2**32, 2**31))}"}
        usual = ("$q0", "$q0", "$q0", "$q0", late)
        return self.odd(lambda: self.pick.choice(usual), -1, stale, 2**31 - 1, chance=0.08)

    def text(self) -> str:
        return "abcdefghijklmnopqrstuvwxyz"[: self.pick.choice((0, 1, 5, 8, 12, 16, 17))]

    def type(self) -> int:
        kind: int = self.odd(lambda: self.pick.randint(1, 4), 0, -1, LONG_MAX, -(2**63), chance=0.1)
        return kind

    def wanted(self) -> int:
        common = (0, 0, 1, 2, 3, -1, -2, -3, -4)
        edges = (LONG_MAX, -LONG_MAX, -(2**63), 5)
        kind: int = self.odd(lambda: self.pick.choice(common), *edges, chance=0.1)
        return kind

    def _msgsnd(self) -> list[Any]:
        text = self.odd(self.text, None, chance=0.05)
        args = [self.queue(), self.type(), text, self.some(("IPC_NOWAIT",), self.patience)]
        size = self.odd(lambda: None, 0, 3, 16, 17, -1, 2**63, -(2**63), 2**31, chance=0.1)
        return args if size is None or (text is None and size < 0) else [*args, size]

    def _msgrcv(self) -> list[Any]:
        size = self.odd(
            lambda: self.pick.choice((0, 1, 5, 8, 16, 100)), -1, 2**63 - 1, 2**63, chance=0.07
        )
        flags = self.some(("IPC_NOWAIT",), self.patience) + self.some(("MSG_NOERROR",), 0.2)
        flags += self.some(("MSG_EXCEPT",), 0.1) + self.some(("MSG_COPY",), 0.12)
        args = [self.queue(), size, self.wanted(), flags]
        return [*args, None] if self.pick.random() < 0.05 else args

    def _msgctl(self) -> list[Any]:
        pick = self.pick
        commands = ("IPC_STAT",) * 4 + ("IPC_SET",) * 4 + ("IPC_RMID", "MSG_INFO", "IPC_INFO")
        cmd = self.odd(
            lambda: pick.choice((*commands, "MSG_STAT", "MSG_STAT_ANY")), -1, 4, 99, chance=0.05
        )
        place = self.queue()
        if cmd in ("MSG_STAT", "MSG_STAT_ANY"):
            place = self.odd(lambda: pick.randint(0, 3), 70, 32768, place)
        if cmd == "IPC_SET":
            fields = {
                "uid": (0, 1000, 1001, 2**32 - 2, -1), "gid": (0, 100, 1000, -1),
                "mode": ("0o666", "0o600", "0o000", "0o222", "0o1444", "0o040"),
                "qbytes": (0, 1, 10, MSGMNB, MSGMNB + 1, 2**31, 2**32 + 10),
            }  # fmt: skip
            chosen = [name for name in fields if pick.random() < 0.45]
            arg: Any = {name: pick.choice(fields[name]) for name in chosen}
            return [place, cmd, self.odd(lambda: arg, None, chance=0.05)]
        return [place, cmd, None] if pick.random() < 0.05 else [place, cmd]

    # Processes

    def _fork(self) -> list[Any]:
        return [self.name()]

    def _exit(self) -> list[Any]:
        return [self.pick.choice((0, 1, 7, 255, 256, -1))]

    def _exec(self) -> list[Any]:
        return [{"sleep": 1}]

    def _wait(self) -> list[Any]:
        return []

    def pid(self) -> Any:
        one = {"pid": self.pick.choice(self.procs)}
        return self.odd(lambda: one, -1, 0, one | {"neg": True}, 99999, -99999, chance=0.4)

    def _waitpid(self) -> list[Any]:
        flags = self.some(("WNOHANG",), 0.5) + self.some(("WUNTRACED",), 0.4)
        return [self.pid(), flags + self.some(("WCONTINUED",), 0.3) + self.some((4, 2**24), 0.03)]

    def _getpid(self) -> list[Any]:
        return []

    def _setpgrp(self) -> list[Any]:
        return []

    def user(self) -> int:
        return self.pick.choice((0, 1000, 1001, -1, 2**32 - 2, 1000, 0))

    def _setuid(self) -> list[Any]:
        return [self.user()]

    def _setresuid(self) -> list[Any]:
        return [self.user(), self.user(), self.user()]

    def _umask(self) -> list[Any]:
        return [self.pick.choice((0, 0o22, 0o777, 0o1777))]

    # Signals

    def signal_number(self) -> Any:
        usual = self.pick.choice((*SIGNALS, *SIGNALS, *STOPS, "SIGCONT", "SIGSEGV", "SIGURG"))
        return self.odd(lambda: usual, "SIGKILL", 0, 65, -1, 40, chance=0.1)

    def _kill(self) -> list[Any]:
        target = {"pid": self.pick.choice(self.procs)}
        edges = (0, -1, target | {"neg": True}, 99999, -99999, 1, -(2**31))
        return [self.odd(lambda: target, *edges, chance=0.15), self.signal_number()]

    def _signal(self) -> list[Any]:
        words = ("SIG_DFL", "SIG_IGN", "catch", "catch", "catch_restart", "catch_once")
        return [self.signal_number(), self.pick.choice(words)]

    def _sigcount(self) -> list[Any]:
        return [self.pick.choice(SIGNALS)]

    def _pause(self) -> list[Any]:
        return []

    def signals(self) -> list[Any]:
        return self.some((*SIGNALS, "SIGSEGV", "SIGKILL", "SIGSTOP", "SIGTSTP"), 0.3)

    def _sigprocmask(self) -> list[Any]:
        how = self.odd(lambda: self.pick.choice(("SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK")), 7, -1)
        return [how, self.odd(self.signals, None, chance=0.05)]

    def _sigpending(self) -> list[Any]:
        return []

    def _sigsuspend(self) -> list[Any]:
        return [self.signals()]
