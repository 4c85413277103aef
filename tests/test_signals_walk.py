"""Random walks over signals and tracing: none is lost, none is delivered while it is blocked.

After each call the invariants of all tables hold, what was blocked before and after it is still
pending and has run no handler, nobody who is in user mode has a signal left to handle, and whoever
is stopped has somebody to continue him. In the end SIGKILL ends every process.
"""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kernel_model import (
    PTRACE_ATTACH,
    PTRACE_CONT,
    PTRACE_DETACH,
    PTRACE_INTERRUPT,
    PTRACE_KILL,
    PTRACE_LISTEN,
    PTRACE_PEEKDATA,
    PTRACE_SEIZE,
    PTRACE_SINGLESTEP,
    PTRACE_TRACEME,
    SIG_SETMASK,
    SIGNALS,
    WNOHANG,
    WUNTRACED,
    Kernel,
    Process,
    State,
)
from kernel_model.invariants import broken
from kernel_model.posting import STOPS
from kernel_model.tables import show, snapshot
from kernel_model.tracing import tracing_of

KILL, CONT = SIGNALS["SIGKILL"], SIGNALS["SIGCONT"]
NAMES = ("SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGTSTP", "SIGCONT", "SIGSTOP", "SIGTRAP", "SIGHUP")
CAUGHT = [SIGNALS[name] for name in ("SIGUSR1", "SIGUSR2", "SIGHUP")]
who = st.integers(0, 9)
sigs = st.sampled_from([SIGNALS[name] for name in NAMES])
actions = st.sampled_from(["catch", "catch", "catch_restart", "catch_once", "SIG_IGN", "SIG_DFL"])
requests = st.sampled_from(
    [PTRACE_CONT, PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_PEEKDATA, PTRACE_KILL, PTRACE_DETACH]
)


class Walk(RuleBasedStateMachine):
    """Some processes that signal, block, trace and wait for one another."""

    personality = "classic"

    @initialize()
    def begin(self) -> None:
        self.k = Kernel(self.personality)
        self.names = iter(f"P{n}" for n in range(10_000))
        for name in "AB":
            p = self.k.spawn(name, 1000)
            for sig in CAUGHT:
                p.call("sigaction", sig, "catch")
            p.call("sigprocmask", SIG_SETMASK, [CAUGHT[0]])

    def pick(self, number: int, able: bool = False) -> Process | None:
        """One of those that live; one that can make a call now."""
        alive = [p for p in self.k.procs.values() if p.state is not State.ZOMBIE]
        free = [p for p in alive if p.current is None and p.state is State.USER]
        chosen = free if able else alive
        return chosen[number % len(chosen)] if chosen else None

    def do(self, number: int, name: str, *args: Any) -> None:
        """A call by one of them, and what must be true after it."""
        p = self.pick(number, able=True)
        if p is None or (name == "fork" and len(self.k.procs) > 5):
            return
        before = {
            q: (q.sig & q.hold, dict(q.caught), set(q.hold)) for q in self.k.procs.values()
        }  # fmt: skip
        p.call(name, *args)
        self.check(before, p, name, args)

    def check(self, before: dict[Process, Any], p: Process, name: str, args: Any) -> None:
        assert broken(show(snapshot(self.k))) == []
        for q in self.k.procs.values():
            if q.state is State.ZOMBIE or q not in before:
                continue
            held, caught, hold = before[q]
            still = held & q.hold
            if name in ("signal", "sigaction") and q is p:
                still -= {args[0]}
            lost = still - q.sig - STOPS - {CONT}  # these two cancel one another
            assert not lost, f"{q.name} has lost {lost} in {name}"
            ran = {sig for sig in hold & q.hold if q.caught.get(sig, 0) != caught.get(sig, 0)}
            assert not ran, f"{q.name} has handled {ran}, which it blocks"
            if q.state is State.USER and q.task is None:
                assert not q.sig - q.hold, f"{q.name} is in user mode, and has signals to handle"

    @rule(a=who, b=who, sig=sigs)
    def kill_any(self, a: int, b: int, sig: int) -> None:
        self.kill(a, b, sig)

    def kill(self, a: int, b: int, sig: int) -> None:
        target = self.pick(b)
        if target is not None:
            self.do(a, "kill", target.pid, sig)

    @rule(a=who, b=who, sig=st.sampled_from(CAUGHT))
    def kill_softly(self, a: int, b: int, sig: int) -> None:
        self.kill(a, b, sig)

    @rule(a=who, sig=sigs, action=actions)
    def signal(self, a: int, sig: int, action: str) -> None:
        self.do(a, "signal", sig, action)

    @rule(a=who, sig=sigs, flags=st.sampled_from([0, 1, 2, 1 << 28]))
    def sigaction(self, a: int, sig: int, flags: int) -> None:
        self.do(a, "sigaction", sig, "catch", flags, [])

    @rule(a=who, how=st.integers(0, 2), given=st.lists(sigs, max_size=3))
    def mask(self, a: int, how: int, given: list[int]) -> None:
        self.do(a, "sigprocmask", how, given)

    @rule(a=who, name=st.sampled_from(["pause", "wait", "getpid", "setpgrp"]))
    def plain(self, a: int, name: str) -> None:
        self.do(a, name)

    @rule(a=who)
    def look(self, a: int) -> None:
        self.do(a, "waitpid", -1, WNOHANG | WUNTRACED)

    @rule(a=who, traced=st.booleans())
    def fork(self, a: int, traced: bool) -> None:
        name = next(self.names)
        self.do(a, "fork", name)
        child = next((p for p in self.k.procs.values() if p.name == name), None)
        if child is not None and traced:
            child.call("ptrace", PTRACE_TRACEME)

    @rule(a=who, b=who, req=requests, sig=st.one_of(st.just(0), sigs))
    def ptrace(self, a: int, b: int, req: int, sig: int) -> None:
        p = self.pick(b)
        if p is None:
            return
        tracer = self.k.procs.get(p.tracer or 0)
        number = (
            a if tracer is None else [*self.free()].index(tracer) if tracer in self.free() else a
        )
        self.do(number, "ptrace", req, p.pid, 1, sig)

    def free(self) -> list[Process]:
        return [
            p for p in self.k.procs.values() if p.current is None and p.state is State.USER
        ]  # fmt: skip

    @rule(a=who, b=who)
    def attach(self, a: int, b: int) -> None:
        p = self.pick(b)
        if p is not None:
            self.do(a, "ptrace", PTRACE_ATTACH, p.pid)

    @rule(a=who)
    def exit(self, a: int) -> None:
        if len(self.k.procs) > 2:
            self.do(a, "exit", 0)

    def teardown(self) -> None:
        killer = self.k.spawn("root")
        killer.call("kill", -1, KILL)
        living = [p.name for p in self.k.procs.values() if p.state is not State.ZOMBIE]
        asleep = [p.name for p in self.k.procs.values() if p.state is State.ASLEEP]

        assert living == ["root"], asleep


class LinuxWalk(Walk):
    """The same on the linux personality, with what it has besides."""

    personality = "linux"

    @rule(a=who, b=who)
    def seize(self, a: int, b: int) -> None:
        p = self.pick(b)
        if p is not None:
            self.do(a, "ptrace", PTRACE_SEIZE, p.pid)

    @rule(a=who, b=who, req=st.sampled_from([PTRACE_INTERRUPT, PTRACE_LISTEN]))
    def leave_stopped(self, a: int, b: int, req: int) -> None:
        self.ptrace(a, b, req, 0)


TestClassic = Walk.TestCase
TestLinux = LinuxWalk.TestCase
WALKS = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestClassic.settings = TestLinux.settings = WALKS


# Planted faults: what the walks look for can be seen


async def forgets(u: Process) -> bool:
    u.sig -= u.hold
    return False


async def finds_nothing(u: Process) -> bool:
    return False


def handles_what_is_blocked(u: Process) -> int:
    for sig in u.hold:
        u.caught[sig] = u.caught.get(sig, 0) + 1
    return u.pid


def leaves_them(u: Process) -> None:
    pass


def does_not_lock(u: Process, req: int, pid: int = 0, addr: int = 0, word: int = 0) -> int:
    tracing_of(u.k).req = req
    return 0


@pytest.mark.parametrize(
    ("name", "fault", "said"),
    [
        ("issig", forgets, "has lost"),
        ("issig", finds_nothing, "is in user mode, and has signals to handle"),
        ("getpid", handles_what_is_blocked, "has handled .*, which it blocks"),
        ("traceexit", leaves_them, "C is stopped, and its tracer has ended"),
        ("ptrace", does_not_lock, "is in the trace structure, but it is not locked"),
    ],
)
def test_a_planted_fault_is_seen_by_the_walk(name: str, fault: Any, said: str) -> None:
    walk = Walk()
    walk.begin()
    a, b = walk.k.proc("A"), walk.k.proc("B")
    a.call("fork", "C")
    walk.k.proc("C").call("ptrace", PTRACE_TRACEME)
    walk.k.proc("C").call("kill", walk.k.proc("C").pid, CAUGHT[1])
    walk.k.install(fault, name)

    with pytest.raises(AssertionError, match=said):
        taken(walk, b.pid)


def taken(walk: Walk, target: int) -> None:
    """A few steps, in which each of the faults shows."""
    walk.do(0, "kill", target, CAUGHT[0])
    walk.do(1, "kill", target, CAUGHT[1])
    walk.do(1, "getpid")
    walk.do(0, "ptrace", PTRACE_PEEKDATA, walk.k.proc("C").pid, 8)
    walk.do(0, "exit", 0)


def test_without_a_fault_the_same_steps_show_nothing() -> None:
    walk = Walk()
    walk.begin()
    walk.k.proc("A").call("fork", "C")
    walk.k.proc("C").call("ptrace", PTRACE_TRACEME)
    walk.k.proc("C").call("kill", walk.k.proc("C").pid, CAUGHT[1])
    taken(walk, walk.k.proc("B").pid)

    assert walk.k.gone["A"] == {"exited": 0}
