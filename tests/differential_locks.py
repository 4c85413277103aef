"""Random scenarios of locks in shared memory, as differential_moves has of the rest.

Every process has a segment with two mutexes, a condition and a semaphore at the same address, so
that little goes astray before it meets anybody. A condition comes without signals: who is stopped
or killed while it waits for one may cost the C library, and not the model, a wake-up.
"""

from random import Random
from typing import Any

from kernel_model.scenario.steps import Json

NORMAL = 320  # a mutex of the usual type
PLACES = {"mutex": (0, 64), "condition": (128,), "semaphore": (256,)}
COMMON = {"fork": 1, "exit": 1}
SIGNALS = {"kill": 4, "signal": 2, "sigprocmask": 1, "sigcount": 1}
LOCKS = {"pthread_mutex_lock": 12, "pthread_mutex_trylock": 4, "pthread_mutex_unlock": 10,
         "pthread_mutex_consistent": 2}  # fmt: skip
SEMAPHORE = {"sem_wait": 8, "sem_trywait": 2, "sem_post": 8, "sem_getvalue": 2, "sem_timedwait": 1}
CONDITION = {"pthread_cond_wait": 10, "pthread_cond_signal": 6, "pthread_cond_broadcast": 2}
THEMES = {
    "semaphores in memory": COMMON | SEMAPHORE | SIGNALS,
    "mutexes": COMMON | LOCKS | SEMAPHORE | SIGNALS | {"exec": 1},
    "conditions": LOCKS | CONDITION,
}
USERS = (0, 1000, 1000, 1001)


def scenario(seed: int, steps: int = 60) -> Json:
    """The scenario of this seed: JSON as in a file, but for what is expected."""
    return _Writer(seed).write(steps)


def call(proc: str, name: str, *args: Any) -> Json:
    return {"proc": proc, "call": name, "args": list(args)}


class _Writer:
    """One scenario being made up."""

    def __init__(self, seed: int) -> None:
        self.seed, self.pick = seed, Random(seed)
        self.procs = list("ABCD"[: self.pick.randint(2, 4)])
        self.theme = self.pick.choice(sorted(THEMES))
        self.types = [(self.pick.randint(0, 2), self.pick.randint(0, 1)) for _ in range(2)]

    def write(self, steps: int) -> Json:
        uids = {name: self.pick.choice(USERS) for name in self.procs}
        made = self.segment()
        calls, weights = zip(*THEMES[self.theme].items(), strict=True)
        while len(made) < steps:
            name = self.pick.choices(calls, weights)[0]
            made.append(call(self.pick.choice(self.procs), name, *self.arguments(name)))
        return {
            "id": f"posix-{self.seed}", "topic": self.theme, "uids": uids, "gids": {},
            "limits": {}, "steps": made,
        }  # fmt: skip

    def segment(self) -> list[Json]:
        first = self.procs[0]
        made = [call(first, "shmget", {"key": 1}, 4096, ["IPC_CREAT", "0o666"]) | {"save": "m0"}]
        made += [call(name, "shmat", "$m0", {"free_addr": 1}, 0) for name in self.procs]
        for place, (kind, robust) in zip(PLACES["mutex"], self.types, strict=True):
            made.append(call(first, "pthread_mutex_init", at(place), kind, robust))
        made.append(call(first, "pthread_mutex_init", at(NORMAL)))
        made.append(call(first, "pthread_cond_init", at(PLACES["condition"][0])))
        value = self.pick.randint(0, 2)
        return [*made, call(first, "sem_init", at(PLACES["semaphore"][0]), 1, value)]

    def arguments(self, name: str) -> list[Any]:
        pick = self.pick
        if name.startswith("pthread_mutex"):
            places = list(PLACES["mutex"][:1] if self.theme == "conditions" else PLACES["mutex"])
            if name == "pthread_mutex_trylock":  # see docs/differences.md
                places = [p for p, (_, robust) in zip(PLACES["mutex"], self.types, strict=True)
                          if p in places and not robust] or [NORMAL]  # fmt: skip
            return [at(pick.choice(places))]
        if name == "pthread_cond_wait":
            return [at(PLACES["condition"][0]), at(0)]
        if name.startswith("pthread_cond"):
            return [at(PLACES["condition"][0])]
        if name.startswith("sem_"):
            return [at(PLACES["semaphore"][0]), *([pick.choice((0, 5, -5))] * ("timed" in name))]
        return list(getattr(self, f"_{name}")())

    def _fork(self) -> list[Any]:
        name = f"P{self.pick.randrange(10**6)}"
        if len(self.procs) < 6:
            self.procs.append(name)
        return [name]

    def _exit(self) -> list[Any]:
        return [self.pick.randint(0, 3)]

    def _exec(self) -> list[Any]:
        return [{"sleep": 1}]

    def _kill(self) -> list[Any]:
        signals = ("SIGUSR1", "SIGUSR1", "SIGSTOP", "SIGCONT", "SIGCONT", "SIGKILL", "SIGTERM")
        return [{"pid": self.pick.choice(self.procs)}, self.pick.choice(signals)]

    def _signal(self) -> list[Any]:
        ways = ("catch", "catch", "catch_restart", "catch_restart", "SIG_IGN", "SIG_DFL")
        return [self.pick.choice(("SIGUSR1", "SIGTERM")), self.pick.choice(ways)]

    def _sigprocmask(self) -> list[Any]:
        return [self.pick.choice(("SIG_BLOCK", "SIG_UNBLOCK")), ["SIGUSR1"]]

    def _sigcount(self) -> list[Any]:
        return ["SIGUSR1"]


def at(offset: int) -> Json:
    """A place in the segment."""
    return {"free_addr": 1, "off": offset}
