"""The trace: what happened, in which line, with which tables (kernel_model/trace.py)."""

import json
import sys
from typing import Any

import pytest

from kernel_model import IPC_CREAT, PMSG, Errno, Kernel, KernelError, msgconv, sleep
from kernel_model.trace import Event


def traced(kernel: Kernel) -> list[Event]:
    """A send that wakes a receiver, recorded."""
    a, b = kernel.spawn("A"), kernel.spawn("B", uid=1000)
    q = a.call("msgget", 1, IPC_CREAT | 0o666).ret
    trace = kernel.start_trace()
    b.call("msgrcv", q, 10, 0, 0)
    a.call("msgsnd", q, 3, b"hello", 0)
    trace.stop()
    return trace.events


def test_the_trace_tells_who_does_what_in_order() -> None:
    events = traced(Kernel())

    told = [(event.kind, event.proc) for event in events if event.kind != "line"]
    assert told == [
        ("call", "B"),
        ("sleep", "B"),
        ("call", "A"),
        ("wakeup", "A"),
        ("return", "A"),
        ("return", "B"),
    ]


def test_each_line_event_shows_a_line_of_the_functions_source() -> None:
    k = Kernel()
    events = traced(k)

    functions = k.start_trace().listings_by_name()
    for event in events:
        if event.kind == "line":
            assert event.line is not None
            assert functions[event.function].source[event.line - 1].strip()


def test_a_line_is_recorded_before_it_runs() -> None:
    events = traced(Kernel())

    views = [
        [queue["qnum"] for queue in event.to_json()["view"]["msgque"]]
        for event in events
        if event.function == "msgsnd" and event.words == "adjust counts, time and process id"
    ]
    assert views[0] == [0]
    assert views[1] == [1]


def test_every_event_has_words_of_the_algorithm_once_its_first_step_has_begun() -> None:
    events = [event for event in traced(Kernel()) if event.function == "msgrcv"]

    assert events[-1].words == "free header and segments, and wake all processes that wait for room"
    assert "sleep until a message comes; the queue may be removed meanwhile" in {
        event.words for event in events
    }


def test_the_same_run_gives_the_same_trace_byte_for_byte() -> None:
    first, second = ([event.to_json() for event in traced(Kernel())] for _ in range(2))

    assert json.dumps(first) == json.dumps(second)


def test_a_loop_shows_its_head_again_in_every_round() -> None:
    k = Kernel()
    a = k.spawn("A")
    q = a.call("msgget", 1, IPC_CREAT | 0o666).ret
    for mtype in (1, 2, 3):
        a.call("msgsnd", q, mtype, b"x", 0)
    trace = k.start_trace()
    a.call("msgrcv", q, 10, 3, 0)

    source = trace.listings_by_name()["msgrcv"].source
    heads = [
        event
        for event in trace.events
        if event.line is not None and "while message is not None" in source[event.line - 1]
    ]
    assert len(heads) == 3


async def msgsnd(
    u: Any, msqid: int, mtype: int, text: Any, flags: int = 0, size: Any = None
) -> int:
    """A piece of somebody else's, without words for its steps."""
    q = msgconv(u, msqid)
    if q.qnum >= 0:
        raise KernelError(Errno.EAGAIN, "no")
    await sleep(u, q.space, PMSG)
    return 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_installed_function_is_shown_line_by_line(when: str) -> None:
    k = Kernel()
    a = k.spawn("A")
    q = a.call("msgget", 1, IPC_CREAT | 0o666).ret
    if when == "before":
        k.install(msgsnd)
    trace = k.start_trace()
    if when == "after":
        k.install(msgsnd)
    a.call("msgsnd", q, 1, b"x", 0)

    source = trace.listings_by_name()["msgsnd"].source
    lines = [source[event.line - 1].strip() for event in trace.events if event.line is not None]
    assert lines == [
        "q = msgconv(u, msqid)",
        "if q.qnum >= 0:",
        'raise KernelError(Errno.EAGAIN, "no")',
    ]


def test_a_function_defined_inside_another_is_watched_all_the_same() -> None:
    wanted = 7

    def msgget(u: Any, key: int, flags: int) -> int:
        return wanted

    k = Kernel()
    a = k.spawn("A")
    k.install(msgget)
    trace = k.start_trace()
    call = a.call("msgget", 1, 0)

    assert call.ret == 7
    assert [event.function for event in trace.events if event.kind == "line"] == ["msgget"]
    assert sys.gettrace() is None or "_enter" not in repr(sys.gettrace())


def test_who_sends_a_signal_is_still_the_one_who_runs() -> None:
    k = Kernel()
    a, b = k.spawn("A"), k.spawn("B")
    trace = k.start_trace()
    a.call("kill", b.pid, 16)

    told = [(event.kind, event.proc, event.call) for event in trace.events]
    assert ("signal", "B", "") in told
    after = told[told.index(("signal", "B", "")) + 1 :]
    assert after[:2] == [("line", "A", "kill")] * 2


def test_a_sealed_function_tells_its_steps_in_words_without_a_line() -> None:
    namespace: dict[str, Any] = {}
    exec(
        compile("def msgget(u, key, flags):\n x = 1\n y = 2\n return y", "<sealed>", "exec"),
        namespace,
    )
    sealed = namespace["msgget"]
    sealed.sealed_steps = {2: "the first step", 4: "the last step"}
    k = Kernel()
    a = k.spawn("A")
    k.install(sealed)
    trace = k.start_trace()
    a.call("msgget", 1, 0)

    told = [(event.line, event.words) for event in trace.events if event.kind == "line"]
    assert told == [(None, "the first step"), (None, "the last step")]
    assert trace.to_json()["functions"]["msgget"] == {
        "sealed": True,
        "source": [],
        "steps": ["the first step", "the last step"],
    }


def test_stopping_gives_the_kernel_its_own_functions_back() -> None:
    k = Kernel()
    before = dict(k.sysent), dict(k.algorithms)
    trace = k.start_trace()
    trace.stop()

    assert (k.sysent, k.algorithms) == before
    assert k.trace is None


def test_tracing_changes_no_outcome() -> None:
    def outcomes(trace: bool) -> list[Any]:
        k = Kernel(limits={"MSGMNB": 8})
        a, b = k.spawn("A"), k.spawn("B", uid=1000)
        if trace:
            k.start_trace()
        q = a.call("msgget", 1, IPC_CREAT | 0o666).ret
        calls = [
            b.call("msgrcv", q, 10, -2, 0),
            a.call("msgsnd", q, 3, b"1234", 0),
            a.call("msgsnd", q, 2, b"12", 0),
            a.call("msgsnd", q, 2, b"12345", 0),
            b.call("msgctl", q, 0),
        ]
        return [(call.state, call.ret, call.out) for call in calls]

    assert outcomes(True) == outcomes(False)
