"""Scenarios on the model: the example of the format, and what a record of the model shows."""

import json
from typing import Any

import pytest

from kernel_model.constants import SIGNALS
from kernel_model.scenario import Result, loads, run
from kernel_model.targets import Setup
from kernel_model.targets.model import ModelTarget

EXAMPLE = [
    {"proc": "A", "call": "msgget", "args": [{"key": 1}, ["IPC_CREAT", "0o666"]], "save": "q",
     "expect": {"ret": "nonneg"}},
    {"proc": "B", "call": "msgrcv", "args": ["$q", 10, 0, []], "expect": {"blocks": True}},
    {"asleep": "B"},
    {"proc": "A", "call": "msgsnd", "args": ["$q", 3, "hello", []], "expect": {"ret": 0}},
    {"wakes": "B", "expect": {"ret": 5, "data": "hello", "mtype": 3}},
    {"proc": "A", "call": "msgctl", "args": ["$q", "IPC_STAT"],
     "expect": {"ret": 0, "fields": {"qnum": 0, "qbytes": 64, "lspid": {"pid": "A"},
                                     "lrpid": {"pid": "B"}, "mode": "0o666"}}},
]  # fmt: skip
QUEUE, REMOVE = EXAMPLE[0], {"proc": "A", "call": "msgctl", "args": ["$q", "IPC_RMID"]}


def went(*steps: dict[str, Any], personality: str = "classic", **more: Any) -> Result:
    uids = {"A": 0, "B": 1000, "C": 1000}
    given = [{"id": "s", "topic": "msg", "uids": uids, "steps": [*steps]} | more]
    return run(loads(json.dumps(given))[0], ModelTarget(personality))


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_the_example_of_the_format_passes(personality: str) -> None:
    result = went(*EXAMPLE, personality=personality, limits={"MSGMNB": 64, "SEMMNI": 5})

    assert (result.verdict, result.message) == ("pass", "")


def test_a_wrong_expectation_is_told_with_the_reason_of_the_kernel() -> None:
    step = {"proc": "C", "call": "msgsnd", "args": ["$q", 0, "x", []], "expect": {"ret": 0}}
    result = went(QUEUE, step)

    assert (result.verdict, result.step) == ("fail", 1)
    assert result.message.startswith("expected C's msgsnd to return 0, got EINVAL (")


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_a_queue_is_filled_until_there_is_no_room(personality: str) -> None:
    full = {"proc": "A", "call": "msgsnd", "args": ["$q", 1, {"rep": "m", "n": 16}, "IPC_NOWAIT"],
            "until": {"errno": "EAGAIN"}, "save_count": "n"}  # fmt: skip
    stat = {"proc": "A", "call": "msgctl", "args": ["$q", "IPC_STAT"],
            "expect": {"ret": 0, "fields": {"qnum": "$n", "cbytes": {"expr": "16*n"}}}}  # fmt: skip
    exact = {"min": {"expr": "MSGMNB//16"}, "max": {"expr": "MSGMNB//16"}}

    result = went(QUEUE, full | exact, stat, personality=personality, limits={"MSGMNB": 64})

    assert (result.verdict, result.message) == ("pass", "")


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_a_removed_queue_wakes_all_who_slept(personality: str) -> None:
    sleep = [{"proc": proc, "call": "msgrcv", "args": ["$q", 1, 0, []], "expect": {"blocks": True}}
             for proc in "BC"]  # fmt: skip
    both = {"wakes_count": 2, "among": ["B", "C"], "expect": {"errno": "EIDRM"}}

    result = went(QUEUE, *sleep, REMOVE, both, personality=personality)

    assert (result.verdict, result.message) == ("pass", "")


def test_the_same_scenario_leaves_the_same_record() -> None:
    records = [json.dumps(went(*EXAMPLE).record) for _ in range(2)]

    assert records[0] == records[1]
    assert all(step["view"] for step in json.loads(records[0])["steps"])


def test_a_process_killed_in_its_sleep_is_gone() -> None:
    result = went(
        QUEUE,
        {"proc": "B", "call": "msgrcv", "args": ["$q", 1, 0, []], "expect": {"blocks": True}},
        {"proc": "A", "call": "kill", "args": [{"pid": "B"}, "SIGKILL"], "expect": {"ret": 0}},
        {"ends": "B", "expect": {"signaled": "SIGKILL"}},
        {"alive": "C"},
    )

    assert (result.verdict, result.message) == ("pass", "")


def test_the_states_of_all_processes_are_the_states_of_each() -> None:
    target = ModelTarget()
    target.start(Setup(dict.fromkeys("ABCD", 0)))
    queue = target.call("A", "msgget", [1, 0o1600])["ret"]
    target.call("B", "msgrcv", [queue, 10, 0, 0])
    target.call("A", "kill", [target.resolve("pid", "C"), SIGNALS["SIGSTOP"]])
    target.call("D", "exit", [0])
    states = target.states()

    assert states == {name: target.state(name) for name in states}
    assert [target.state(name) for name in "ABCD"] == ["runs", "asleep", "stopped", "ended"]
