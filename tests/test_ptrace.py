"""Process tracing: the one trace structure, its lock, and who does a request (ptrace.py)."""

from typing import Any

import pytest

from kernel_model import (
    PTRACE_CONT,
    PTRACE_PEEKDATA,
    PTRACE_PEEKTEXT,
    PTRACE_PEEKUSER,
    PTRACE_POKEDATA,
    PTRACE_POKETEXT,
    PTRACE_POKEUSER,
    PTRACE_TRACEME,
    SIGNALS,
    Errno,
    Kernel,
    KernelError,
    Process,
    State,
    User,
)
from kernel_model.invariants import broken
from kernel_model.process import Call
from kernel_model.tables import show, snapshot

USR1, KILL = SIGNALS["SIGUSR1"], SIGNALS["SIGKILL"]
PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])


def debugged(k: Kernel, tracer: str = "A", traced: str = "C") -> tuple[Process, Process, int]:
    """A process, its traced child which has stopped, and where that has a word that is 42."""
    a = k.spawn(tracer)
    a.call("fork", traced)
    c = k.proc(traced)
    c.call("ptrace", PTRACE_TRACEME)
    addr = c.call("word_alloc", 42).ret
    c.call("kill", c.pid, USR1)
    assert a.call("wait").out["status"] == {"stopped": "SIGUSR1"}
    return a, c, addr


def failed(call: Call) -> Errno:
    assert isinstance(call.error, KernelError)
    return call.error.errno


def view(k: Kernel) -> dict[str, Any]:
    shown = show(snapshot(k))
    assert broken(shown) == []
    return shown


@PERSONALITIES
def test_a_call_in_which_its_process_was_stopped_says_so(personality: str) -> None:
    k = Kernel(personality)
    _, c, _ = debugged(k)

    assert repr(c.current) == "<kill by C: stopped in it>"


def test_a_word_read_costs_two_context_switches_and_on_linux_none() -> None:
    costs = {}
    for personality in ("classic", "linux"):
        k = Kernel(personality)
        a, c, addr = debugged(k)
        a.call("getpid")  # the processor is the tracer's
        before = k.cost
        assert a.call("ptrace", PTRACE_PEEKDATA, c.pid, addr).ret == 42
        costs[personality] = (k.cost - before).switches

    assert costs == {"classic": 2, "linux": 0}


def test_the_traced_process_does_the_request_in_its_own_context() -> None:
    k = Kernel()
    a, c, addr = debugged(k)
    trace = k.start_trace()
    a.call("ptrace", PTRACE_PEEKDATA, c.pid, addr)

    who = [(e.proc, e.function) for e in trace.events if e.function in ("ptrace", "procxmt")]
    assert list(dict.fromkeys(who)) == [("A", "ptrace"), ("C", "procxmt")]
    sleeps = [(e.kind, e.proc) for e in trace.events if e.kind in ("sleep", "wakeup")]
    assert sleeps == [("sleep", "A"), ("wakeup", "C")]


def test_the_structure_is_locked_for_one_and_a_second_tracer_sleeps() -> None:
    k = Kernel()
    a, c, here = debugged(k)
    b, d, there = debugged(k, "B", "D")
    k.hold = True
    first = a.call("ptrace", PTRACE_PEEKDATA, c.pid, here)
    second = b.call("ptrace", PTRACE_POKEDATA, d.pid, there, 7)
    seen = view(k)["tracing"]
    waiting = {p["name"]: p["wchan"] for p in view(k)["procs"] if p["wchan"]}

    assert seen | {"traced": []} == {
        "lock": c.pid, "req": PTRACE_PEEKDATA, "addr": here, "data": 0, "traced": [],
    }  # fmt: skip
    assert waiting == {"A": "trace", "B": "trace"}
    k.hold = False
    k.run()
    assert (first.ret, second.ret) == (42, 0)
    assert view(k)["tracing"]["lock"] == 0
    assert b.call("ptrace", PTRACE_PEEKDATA, d.pid, there).ret == 7


def test_who_is_woken_without_a_request_of_its_own_leaves_that_of_another_alone() -> None:
    k = Kernel()
    a, c, here = debugged(k)
    b, d, there = debugged(k, "B", "D")
    assert b.call("ptrace", PTRACE_POKEDATA, d.pid, there, 7).ret == 0
    killer = k.spawn("K")
    k.hold = True
    asked = a.call("ptrace", PTRACE_PEEKDATA, c.pid, here)
    killer.call("kill", d.pid, KILL)
    k.choose = lambda ready: ready.index(d) if d in ready else 0  # d is the first to look
    k.hold = False
    k.run()

    assert k.gone["D"] == {"signaled": "SIGKILL"}
    assert asked.ret == 42
    assert view(k)["tracing"]["lock"] == 0


def test_a_process_that_is_killed_answers_before_it_ends() -> None:
    k = Kernel()
    a, c, addr = debugged(k)
    killer = k.spawn("K")
    k.hold = True
    asked = a.call("ptrace", PTRACE_PEEKDATA, c.pid, addr)
    killer.call("kill", c.pid, KILL)
    k.hold = False
    k.run()

    assert asked.ret == 42
    assert k.gone["C"] == {"signaled": "SIGKILL"}
    assert view(k)["tracing"]["lock"] == 0
    assert a.call("wait").ret == c.pid


@PERSONALITIES
def test_a_failed_request_changes_nothing(personality: str) -> None:
    k = Kernel(personality)
    a, c, addr = debugged(k)
    before = view(k)
    for req, at, word in (
        (PTRACE_PEEKDATA, 1 << 40, 0), (PTRACE_POKEDATA, 8, 1), (99, addr, 0),
        (PTRACE_CONT, 1, 65), (PTRACE_POKEUSER, 1, 0), (PTRACE_PEEKUSER, 1 << 20, 0),
    ):  # fmt: skip
        assert failed(a.call("ptrace", req, c.pid, at, word)) is Errno.EIO

    now = view(k)
    for shown in (before, now):
        for name in ("req", "addr", "data"):  # what the last request left behind
            del shown["tracing"][name]
    assert now == before
    assert c.state is State.STOPPED


def test_shared_text_is_not_written_and_linux_copies_it() -> None:
    k = Kernel()
    a, c, _ = debugged(k)
    text = next(r for r in view(k)["spaces"][0]["regions"] if r["type"] == "text")["addr"]
    assert failed(a.call("ptrace", PTRACE_POKETEXT, c.pid, text, 1)) is Errno.EIO

    k = Kernel("linux")
    a, c, _ = debugged(k)
    text = next(r for r in view(k)["spaces"][0]["regions"] if r["type"] == "text")["addr"]
    assert a.call("ptrace", PTRACE_POKETEXT, c.pid, text, 1).ret == 0
    assert a.call("ptrace", PTRACE_PEEKTEXT, c.pid, text).ret == 1
    assert a.call("mem_read", text, 7).out["data"] == b"program"
    assert view(k)["regions"]["entries"]


def test_text_that_only_one_process_has_is_its_own_once_it_is_written() -> None:
    k = Kernel()
    a, c, _ = debugged(k)
    c_text = a.call("ptrace", PTRACE_CONT, c.pid, 1, 0)
    c.call("exec", {"sleep": 1})
    a.call("wait")
    at = next(s for s in view(k)["spaces"] if s["name"] == "C")["regions"][0]["addr"]

    assert c_text.ret == 0
    assert a.call("ptrace", PTRACE_POKETEXT, c.pid, at, 5).ret == 0
    a.call("fork", "D")
    d = k.proc("D")
    d.call("exec", {"sleep": 1})
    assert a.call("ptrace", PTRACE_PEEKTEXT, c.pid, at).ret == 5
    shared = [r["region"] for s in view(k)["spaces"] if s["name"] in "CD" for r in s["regions"][:1]]
    assert len(set(shared)) == 2  # the new process has the text of the file


def test_the_user_area_tells_who_it_is_and_what_stopped_it() -> None:
    k = Kernel()
    a, c, _ = debugged(k)

    assert a.call("ptrace", PTRACE_PEEKUSER, c.pid, 10 * 8).ret == USR1
    assert failed(a.call("ptrace", PTRACE_POKEUSER, c.pid, 8 * 8, 1000)) is Errno.EIO  # its user


def test_a_debugger_is_a_program_that_forks_waits_and_asks() -> None:
    k = Kernel()
    found: list[Any] = []

    async def child(u: User) -> int:
        await u.ptrace(PTRACE_TRACEME)
        await u.exec({"exit": 3})
        return 0

    async def debugger(u: User) -> int:
        pid = await u.fork("child", child)
        await u.wait()
        found.append(u.out["status"])
        found.append(await u.ptrace(PTRACE_PEEKTEXT, pid, 0x10000) != 0)
        await u.ptrace(PTRACE_CONT, pid, 1, 0)
        await u.wait()
        found.append(u.out["status"])
        return 0

    k.spawn("sdb", main=debugger)
    k.run()

    assert found == [{"stopped": "SIGTRAP"}, True, {"exited": 3}]
    assert view(k)["tracing"]["traced"] == []


def test_what_breaks_in_the_traced_process_is_told_to_the_caller_that_waits_for_it() -> None:
    k = Kernel()
    k.keep_crashes = True
    a = k.spawn("A")
    a.call("fork", "C")
    c = k.proc("C")
    c.call("ptrace", PTRACE_TRACEME)
    c.call("kill", c.pid, 10)

    async def procxmt(u: Process) -> bool:
        raise ZeroDivisionError("in the child")

    k.install(procxmt)
    made = a.call("ptrace", PTRACE_PEEKDATA, c.pid, 8)

    assert (made.state, str(made.error)) == ("crashed", "in the child")
