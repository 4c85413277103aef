"""Random scenarios of sigaction and ptrace, as differential_moves has of the rest.

    python -m tests.differential_traced 0 1000     plays the scenarios of these seeds

Every process has a word of memory, where its parent has one, and the first ones have children that
ask to be traced. Registers are left out: those of a real process are its own.

Whom `ptrace` sets going runs on another processor: whether what it sends the caller comes before
that is back from its call is left to `Choices`, both ways and no other.
"""

import sys
from random import Random
from typing import Any

from kernel_model.scenario.steps import Json
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.differential import difference, shrunk, told
from tests.differential_play import play

SENT = ("SIGUSR1", "SIGUSR2", "SIGHUP", "SIGTERM", "SIGCHLD", "SIGURG", "SIGALRM")
STOPS = ("SIGSTOP", "SIGTSTP", "SIGTTIN")
FLAGS = ("SA_RESTART", "SA_RESETHAND", "SA_NODEFER", "SA_NOCLDSTOP", "SA_NOCLDWAIT")
WORDS = {"A": "$q8", "B": "$q9"}  # where the word is, in a process and in its children
COMMON = {"kill": 10, "sigcount": 3, "wait": 3, "waitpid": 4, "fork": 1, "exit": 1}
MASKS = {"sigprocmask": 4, "sigpending": 2, "sigsuspend": 2, "pause": 2}
TRACING = {"word_read": 2, "ptrace": 16, "sigaction": 2, "pause": 1, "sigprocmask": 1}
THEMES = {
    "sigaction": COMMON | MASKS | {"sigaction": 10, "signal": 2, "exec": 1},
    "masks": COMMON | MASKS | {"sigaction": 3, "sigsuspend": 4, "kill": 14},
    "tracing": COMMON | TRACING,
    "attaching": COMMON | TRACING | {"setresuid": 1, "setpgrp": 1, "kill": 6},
    "seizing": COMMON | TRACING | {"setpgrp": 1, "kill": 8, "exec": 1},
}
REQUESTS = {
    "PTRACE_CONT": 10, "PTRACE_PEEKDATA": 3, "PTRACE_PEEKTEXT": 1, "PTRACE_POKEDATA": 3,
    "PTRACE_POKETEXT": 1, "PTRACE_SINGLESTEP": 3, "PTRACE_KILL": 1, "PTRACE_TRACEME": 2,
}  # fmt: skip
ATTACHING = {"PTRACE_ATTACH": 6, "PTRACE_DETACH": 4}
SEIZING = {"PTRACE_SEIZE": 8, "PTRACE_INTERRUPT": 6, "PTRACE_LISTEN": 5, "PTRACE_SETOPTIONS": 2}
OPTIONS = (0, "PTRACE_O_EXITKILL", "PTRACE_O_TRACEEXEC", 2**12)  # the last one is none
USERS = (0, 0, 1000, 1000, 1001)


def scenario(seed: int, steps: int = 60) -> Json:
    """The scenario of this seed: JSON as in a file, but for what is expected."""
    return _Writer(seed).write(steps)


def prepared(seed: int, steps: int = 60) -> Json:
    """The same without the steps that cannot be done."""
    given = scenario(seed, steps)
    done = play(given, ModelTarget("linux"))
    pairs = zip(given["steps"], done, strict=True)
    return given | {"steps": [step for step, story in pairs if story]}


def call(proc: str, name: str, *args: Any) -> Json:
    return {"proc": proc, "call": name, "args": list(args)}


class _Writer:
    """One scenario being made up."""

    def __init__(self, seed: int) -> None:
        self.seed, self.pick = seed, Random(seed)
        self.procs = list("AB"[: self.pick.randint(1, 2)])
        self.traced: list[tuple[str, str]] = []  # tracer and traced
        self.theme = self.pick.choice(sorted(THEMES))

    def write(self, steps: int) -> Json:
        uids = {name: self.pick.choice(USERS) for name in self.procs}
        self.words: dict[str, str | int] = {name: WORDS[name] for name in self.procs}
        made = [call(name, "word_alloc", 42) | {"save": WORDS[name][1:]} for name in self.procs]
        if self.theme in ("tracing", "attaching", "seizing"):
            made += [one for name in list(self.procs) for one in self.child(name)]
        calls, weights = zip(*THEMES[self.theme].items(), strict=True)
        while len(made) < steps:
            name = self.pick.choices(calls, weights)[0]
            made.append(getattr(self, f"_{name}")(self.pick.choice(self.procs)))
        return {
            "id": f"traced-{self.seed}", "topic": self.theme, "uids": uids, "gids": {},
            "limits": {}, "steps": made,
        }  # fmt: skip

    def child(self, parent: str) -> list[Json]:
        """A child that asks to be traced, and stops."""
        name = self.name()
        self.traced.append((parent, name))
        asks = call(name, "ptrace", "PTRACE_TRACEME")
        return [self.forks(parent, name), asks, call(name, "kill", {"pid": name}, "SIGUSR1")]

    def forks(self, parent: str, name: str) -> Json:
        self.procs.append(name)
        self.words[name] = self.words[parent]
        return call(parent, "fork", name)

    def name(self) -> str:
        return f"P{len(self.procs)}"

    def some(self, names: tuple[Any, ...], chance: float) -> list[Any]:
        return [name for name in names if self.pick.random() < chance]

    def sig(self) -> Any:
        usual = (*SENT, *SENT, *STOPS, "SIGCONT", "SIGCONT", "SIGCONT", "SIGTRAP")
        return self.pick.choice(usual if self.pick.random() < 0.95 else ("SIGKILL", 0, 40, 65))

    def _fork(self, proc: str) -> Json:
        if len(self.procs) > 5:
            return self._sigcount(proc)
        return self.forks(proc, self.name())

    def _exit(self, proc: str) -> Json:
        return call(proc, "exit", self.pick.randint(0, 3))

    def _exec(self, proc: str) -> Json:
        self.words[proc] = 8  # nothing: where the new program has its words, each kernel says
        return call(proc, "exec", {"sleep": 1})

    def _kill(self, proc: str) -> Json:
        target = {"pid": self.pick.choice(self.procs)}
        return call(proc, "kill", target, self.sig())

    def _signal(self, proc: str) -> Json:
        words = ("SIG_DFL", "SIG_IGN", "catch", "catch_restart", "catch_once")
        return call(proc, "signal", self.sig(), self.pick.choice(words))

    def _sigaction(self, proc: str) -> Json:
        handler = self.pick.choice(("catch", "catch", "catch", "SIG_IGN", "SIG_DFL"))
        flags, masked = self.some(FLAGS, 0.2), self.some((*SENT, "SIGTSTP", "SIGCONT"), 0.2)
        return call(proc, "sigaction", self.sig(), handler, flags, masked)

    def _sigcount(self, proc: str) -> Json:
        return call(proc, "sigcount", self.pick.choice((*SENT, "SIGCONT", "SIGTSTP", "SIGTRAP")))

    def _sigprocmask(self, proc: str) -> Json:
        how = self.pick.choice(("SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK"))
        return call(proc, "sigprocmask", how, self.some((*SENT, *STOPS, "SIGCONT"), 0.3))

    def _sigpending(self, proc: str) -> Json:
        return call(proc, "sigpending")

    def _sigsuspend(self, proc: str) -> Json:
        return call(proc, "sigsuspend", self.some((*SENT, *STOPS, "SIGCONT"), 0.3))

    def _pause(self, proc: str) -> Json:
        return call(proc, "pause")

    def _wait(self, proc: str) -> Json:
        return call(self.tracer(proc), "wait")

    def _waitpid(self, proc: str) -> Json:
        flags = self.some(("WUNTRACED", "WCONTINUED"), 0.4) + self.some(("WNOHANG",), 0.7)
        one = {"pid": self.pick.choice(self.procs)}
        return call(self.tracer(proc), "waitpid", self.pick.choice((one, -1, -1)), flags)

    def _setpgrp(self, proc: str) -> Json:
        return call(proc, "setpgrp")

    def _setresuid(self, proc: str) -> Json:
        return call(proc, "setresuid", *(self.pick.choice((-1, 0, 1000, 1001)) for _ in range(3)))

    def _word_read(self, proc: str) -> Json:
        return call(proc, "word_read", self.words[proc])

    def tracer(self, proc: str) -> str:
        """Mostly one that traces somebody."""
        if self.traced and self.pick.random() < 0.7:
            return self.pick.choice(self.traced)[0]
        return proc

    def _ptrace(self, proc: str) -> Json:
        requests = REQUESTS | (ATTACHING if self.theme in ("attaching", "seizing") else {})
        requests |= SEIZING if self.theme == "seizing" else {}
        req = self.pick.choices(*zip(*requests.items(), strict=True))[0]
        if req == "PTRACE_TRACEME":
            return call(proc, "ptrace", req)
        tracer, target = proc, self.pick.choice(self.procs)
        if req in ("PTRACE_ATTACH", "PTRACE_SEIZE"):
            self.traced.append((tracer, target))
        elif self.traced and self.pick.random() < 0.9:
            tracer, target = self.pick.choice(self.traced)
        addr: Any = 1
        word: Any = self.pick.choice((0, 0, 0, "SIGUSR1", "SIGTERM", self.sig()))
        if "DATA" in req or "TEXT" in req:
            addr = self.pick.choice((*[self.words[target]] * 3, 8, 0))
            word = self.pick.randint(-3, 3)
        if req in ("PTRACE_SEIZE", "PTRACE_SETOPTIONS"):
            addr, word = 0, self.pick.choice((0, *OPTIONS))
        return call(tracer, "ptrace", req, {"pid": target}, addr, word)


def main(first: int, last: int) -> None:
    """Plays the scenarios of these seeds, and prints each difference as small as it goes."""
    linux, bad, steps = LinuxTarget("namespace"), 0, 0
    for seed in range(first, last):
        given = prepared(seed)
        steps += len(given["steps"])
        found = difference(given, linux)
        if found is not None:
            bad += 1
            least = shrunk(given, lambda fewer: difference(fewer, linux) is not None)
            again = difference(least, linux)  # or was it a matter of who was faster?
            print(told(least, again) if again else told(given, found), flush=True)
            print(f"seed {seed}\n", flush=True)
    print(f"{last - first} scenarios, {steps} steps, {bad} differences")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
