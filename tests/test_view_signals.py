"""Pictures of signals, of the trace structure and of a handler's stack; which tables are kept."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from kernel_model import PTRACE_PEEKDATA, PTRACE_TRACEME, SIG_BLOCK, SIGNALS, Kernel, Process
from kernel_model.instructions import Program
from kernel_model.trace import listing
from kernel_model.view import Picture, play, signals, trace_structure, user_stack, view_of

INT, USR1, USR2 = (SIGNALS[name] for name in ("SIGINT", "SIGUSR1", "SIGUSR2"))
WAITS = Program(
    "waits",
    "set r0, 10\nlea r1, caught\nsys 48\nwait: sys 29\njmp wait\ncaught: addi r3, 1\nsys 29\nrti",
)
TOLD = {  # modules whose calls lectures 9 and 10 play
    "children", "control", "delivery", "descriptors", "identity", "ptrace", "seized", "sigaction",
    "sigmask", "signals", "stopping",
}  # fmt: skip
LOOK = [
    "Ada.fork('Bob')", "Bob.ptrace(PTRACE_TRACEME)", "a = Bob.word_alloc(42)",
    "Bob.kill(Bob.pid, SIGUSR1)", "Ada.wait()", "Ada.ptrace(PTRACE_PEEKDATA, Bob.pid, a)",
]  # fmt: skip


def traced() -> tuple[Kernel, Process, Process]:
    k = Kernel()
    a = k.spawn("Ada")
    a.call("fork", "Bob")
    b = k.proc("Bob")
    b.call("ptrace", PTRACE_TRACEME)
    return k, a, b


def in_handler() -> Process:
    k = Kernel()
    p = k.spawn("Bob")
    p.call("exec", WAITS)
    k.spawn("Ada").call("kill", p.pid, USR1)
    return p


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_every_call_about_processes_signals_and_tracing_tells_its_steps(personality: str) -> None:
    k = Kernel(personality)
    calls = {
        name: fn
        for table in (k.sysent, k.algorithms)
        for name, fn in table.items()
        if fn.__module__.removeprefix("kernel_model.").removeprefix("linux.") in TOLD
    }

    assert {"fork", "wait", "exit", "sigaction", "setpgrp", "dup", "end"} <= calls.keys()
    assert [name for name, fn in calls.items() if not listing(fn).steps] == []


def test_signals_shows_what_is_pending_blocked_and_caught() -> None:
    k, a, b = traced()
    b.call("signal", INT, "catch")
    b.call("sigprocmask", SIG_BLOCK, [USR2])
    a.call("kill", b.pid, USR2)

    assert signals(view_of(k)).words == (
        "Bob: SIGINT, handler; SIGUSR2, pending, blocked, default."
    )
    assert "None is pending or caught" in signals(view_of(Kernel())).words


def test_the_trace_structure_names_the_request_and_who_sleeps() -> None:
    k, a, b = traced()
    addr = b.call("word_alloc", 42).ret
    b.call("kill", b.pid, USR1)
    a.call("wait")
    free = trace_structure(view_of(k))
    k.hold = True
    a.call("ptrace", PTRACE_PEEKDATA, b.pid, addr)

    assert free.words == "The structure is free; Ada traces Bob, stopped by SIGUSR1."
    assert trace_structure(view_of(k)).words == (
        f"The structure is locked for Bob; request PEEKDATA, address {addr:#x}, data 0; "
        "Ada traces Bob, stopped by SIGUSR1; Ada asleep until the structure changes."
    )


def test_the_stack_has_the_frame_from_which_the_program_goes_on() -> None:
    p = in_handler()
    drawn = user_stack(p)

    assert "Bob is at rti, at 0x10038. On the stack: 9 words, a frame of 9 words" in drawn.words
    assert drawn.count("goes on here") == 1
    with pytest.raises(ValueError, match="Ada runs no program of instructions"):
        user_stack(Kernel().spawn("Ada"))


def test_what_changes_in_them_is_told_and_marked() -> None:
    player = play(
        [*LOOK[:2], "Bob.signal(SIGINT, 'catch')", *LOOK[2:]], tables=("trace", "signals")
    )
    news = " ".join(player.data["strings"][n] for n in set(player.data["sides"][0]["new"]))

    assert "trace structure: locked for Bob" in news
    assert "trace structure: request PEEKDATA" in news
    assert '"trace:req"' in news
    texts = [step.text for step in player.stories[0].steps]
    assert "Ada calls ptrace(PTRACE_PEEKDATA, 102, 0x20000)." in texts


def test_a_player_keeps_the_tables_that_are_named_in_that_order() -> None:
    kept = play(LOOK, tables=("trace", "processes"))

    assert [place["name"] for place in kept.data["places"]] == ["trace", "processes"]
    assert len(str(kept.data)) < 0.75 * len(str(play(LOOK).data))
    assert "Trace structure" in kept.snapshot(-1).words
    with pytest.raises(ValueError, match="this run has no table 'queue'; it has trace, "):
        play(LOOK, tables=("queue",))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: signals(view_of(in_handler().k)),
        lambda: trace_structure(view_of(traced()[0])),
        lambda: user_stack(in_handler()),
        lambda: user_stack(in_handler(), framed=False),
    ],
)
def test_each_is_a_document_with_words_and_names_that_are_unique(
    draw: Callable[[], Picture],
) -> None:
    picture = draw()
    root = ET.fromstring(picture)
    keys = [one.get("data-key") for one in root.iter() if one.get("data-key")]

    assert picture.words
    assert len(keys) == len(set(keys))
    assert max(float(one.get("x", 0)) for one in root.iter() if one.tag.endswith("text")) <= 560
