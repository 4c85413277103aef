"""Little plots for random scenarios: what chance alone would hardly ever put together.

Each gives the steps of one plot, with chance in its details; other steps may come between them.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from kernel_model.scenario.steps import Json

FULL = "abcdefghijkl"  # two of these fill a queue of MSGMNB bytes
MODES = ("0o666", "0o600", "0o644", "0o622", "0o060", "0o006", "0o000")
FATAL = ("SIGHUP", "SIGSEGV", "SIGTERM", "SIGFPE", "SIGALRM")
WAYS = ("catch", "catch", "catch_restart", "catch_once", "SIG_IGN", "SIG_DFL")


def call(proc: str, name: str, *args: Any) -> Json:
    return {"proc": proc, "call": name, "args": list(args)}


def set_queue(pick: Random, proc: str) -> Json:
    """IPC_SET of some of what it may change."""
    fields = {"mode": MODES, "uid": (0, 1000, 1001), "gid": (0, 100), "qbytes": (24, 12, 30, 6)}
    chosen = [name for name in fields if pick.random() < 0.5]
    return call(
        proc, "msgctl", "$q0", "IPC_SET", {name: pick.choice(fields[name]) for name in chosen}
    )


def full_queue(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """Senders asleep before a full queue; then something makes room, or takes a right away."""
    made = call(a, "msgget", "IPC_PRIVATE", ["0o666"]) | {"save": "q0"}
    sends = [call(b, "msgsnd", "$q0", 1, FULL, ["IPC_NOWAIT"]) for _ in range(2)]
    sleeps = [call(who, "msgsnd", "$q0", 2, FULL[: pick.choice((1, 6, 12))], []) for who in (b, a)]
    room = call(a, "msgrcv", "$q0", 12, pick.choice((0, 1, -2)), ["IPC_NOWAIT"])
    change, remove = set_queue(pick, a), call(a, "msgctl", "$q0", "IPC_RMID")
    mine = call(a, "msgctl", "$q0", "IPC_SET", {"mode": "0o600"})
    then = pick.choice(([change, room], [mine, room], [room, change], [change], [remove]))
    return [made, *sends, *sleeps[: pick.randint(1, 2)], *then]


def empty_queue(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """A receiver asleep; then messages it wants or not, too long ones, or a right taken away."""
    made = call(a, "msgget", "IPC_PRIVATE", ["0o666"]) | {"save": "q0"}
    flags = pick.choice(([], ["MSG_NOERROR"], ["MSG_EXCEPT"]))
    null = [None] if pick.random() < 0.1 else []
    sleep = call(
        b, "msgrcv", "$q0", pick.choice((0, 4, 16)), pick.choice((0, 1, 2, -2)), flags, *null
    )
    comes = [call(a, "msgsnd", "$q0", pick.randint(1, 3), FULL[:5], []) for _ in range(2)]
    return (
        [made, sleep, set_queue(pick, a), *comes] if pick.random() < 0.4 else [made, sleep, *comes]
    )


def stopped(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """A process stopped in its sleep, or before its call, and what happens meanwhile."""
    sleep = pick.choice((
        call(b, "msgrcv", "$q0", 16, 3, []), call(b, "msgsnd", "$q0", 1, FULL, []),
        call(b, "pause"), call(b, "wait"), call(b, "sigsuspend", pick.choice(([], ["SIGUSR1"]))),
    ))  # fmt: skip
    stop = call(a, "kill", {"pid": b}, pick.choice(("SIGSTOP", "SIGSTOP", "SIGTSTP")))
    meanwhile = pick.choice((
        call(a, "kill", {"pid": b}, pick.choice(("SIGUSR1", "SIGTERM", "SIGSTOP", "SIGTSTP"))),
        call(a, "msgctl", "$q0", "IPC_RMID"), call(a, "msgsnd", "$q0", 3, "x", ["IPC_NOWAIT"]),
        call(a, "msgrcv", "$q0", 16, 0, ["IPC_NOWAIT"]),
    ))  # fmt: skip
    first = [call(b, "signal", pick.choice(("SIGUSR1", "SIGCONT", "SIGTSTP")), pick.choice(WAYS))]
    order = [sleep, stop] if pick.random() < 0.7 else [stop, sleep]
    return [*first, *order, meanwhile, call(a, "kill", {"pid": b}, "SIGCONT")]


def blocked(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """Several signals pending, and then let through at once."""
    signals = [*FATAL, "SIGUSR1", "SIGCONT", "SIGTSTP", "SIGCHLD"]
    chosen = pick.sample(signals, pick.randint(2, 4))
    ways = [call(b, "signal", sig, pick.choice(WAYS)) for sig in chosen if pick.random() < 0.5]
    kills = [call(pick.choice((a, b)), "kill", {"pid": b}, sig) for sig in chosen]
    through = pick.choice((
        call(b, "sigprocmask", "SIG_SETMASK", []), call(b, "sigsuspend", chosen[1:]),
        call(b, "sigprocmask", "SIG_UNBLOCK", chosen[:2]),
    ))  # fmt: skip
    counts = [call(b, "sigcount", sig) for sig in chosen]
    mask = call(b, "sigprocmask", "SIG_BLOCK", [*chosen, "SIGKILL", "SIGCHLD"])
    return [mask, *ways, *kills, call(b, "sigpending"), through, *counts, call(b, "sigpending")]


def family(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """A parent that waits, in one way or another, for a child that ends, stops or goes on."""
    ways = [call(a, "signal", "SIGCHLD", pick.choice(WAYS))] if pick.random() < 0.7 else []
    flags = [name for name in ("WUNTRACED", "WCONTINUED") if pick.random() < 0.5]
    wait = pick.choice(
        (call(a, "wait"), call(a, "waitpid", pick.choice((-1, 0, {"pid": new})), flags))
    )
    ends = [
        call(new, "exit", 3), call(b, "kill", {"pid": new}, "SIGKILL"),
        call(b, "kill", {"pid": new}, "SIGSTOP"), call(b, "kill", {"pid": new}, "SIGCONT"),
        call(new, "setpgrp"), call(b, "kill", {"pid": a}, "SIGCHLD"),
    ]  # fmt: skip
    asked = [wait] if pick.random() < 0.7 else []
    again = call(a, "waitpid", -1, ["WNOHANG", *flags])
    return [*ways, call(a, "fork", new), *asked, *pick.choices(ends, k=3), again, again]


def classes(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """A queue whose group or owner changes, and who may still use it."""
    made = call(a, "msgget", {"key": 3}, ["IPC_CREAT", pick.choice(MODES)]) | {"save": "q0"}
    tries = [
        call(pick.choice((a, b)), *pick.choice((
            ("msgsnd", "$q0", 1, "x", ["IPC_NOWAIT"]), ("msgrcv", "$q0", 9, 0, ["IPC_NOWAIT"]),
            ("msgctl", "$q0", "IPC_STAT"), ("msgget", {"key": 3}, [pick.choice(MODES)]),
            ("setresuid", -1, pick.choice((0, 1000, 1001)), -1),
        ))) for _ in range(6)
    ]  # fmt: skip
    return [
        made,
        *tries[:2],
        set_queue(pick, pick.choice((a, b))),
        *tries[2:4],
        set_queue(pick, a),
        *tries[4:],
    ]


def round_about(pick: Random, a: str, b: str, new: str) -> list[Json]:
    """So many queues made and removed that indexes are used again."""
    pair = [
        call(a, "msgget", "IPC_PRIVATE", ["0o600"]) | {"save": "q9"},
        call(a, "msgctl", "$q9", "IPC_RMID"),
    ]
    keep = call(b, "msgget", "IPC_PRIVATE", ["0o600"])
    return [*pair * pick.randint(0, 20), keep, *pair * 64, keep]


PLOTS: dict[Callable[[Random, str, str, str], list[Json]], int] = {
    full_queue: 10, empty_queue: 10, stopped: 10, blocked: 8, family: 10, classes: 10,
    round_about: 1,
}  # fmt: skip


def plot(pick: Random, procs: list[str], new: str) -> list[Json]:
    """The steps of one plot among these processes; `new` is a name for a child."""
    chosen = pick.choices(list(PLOTS), list(PLOTS.values()))[0]
    a, b = pick.sample(procs, 2)
    return chosen(pick, a, b, new)
