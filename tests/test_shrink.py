"""Shrinking a failure to the smallest example (autograder/shrink.py)."""

from collections.abc import Callable
from typing import Any

from autograder.shrink import counterexample
from kernel_model import Errno, KernelError, copyout, msgconv, msgfree
from kernel_model.kernel import Kernel
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget

CREATE = ["IPC_CREAT", "0o666"]
LONG = Scenario.from_json(
    {
        "id": "secret-case",
        "topic": "selection",
        "uids": {"A": 0, "B": 1000},
        "steps": [
            {"proc": "A", "call": "msgget", "args": [{"key": 1}, CREATE], "save": "q"},
            {"proc": "A", "call": "msgget", "args": [{"key": 2}, CREATE], "save": "p"},
            {"proc": "B", "call": "msgsnd", "args": ["$p", 9, "the secret words", []]},
            {"proc": "B", "call": "msgsnd", "args": ["$q", 5, "five of the best", []]},
            {"proc": "B", "call": "msgsnd", "args": ["$q", 4, "four", []]},
            {"proc": "A", "call": "msgctl", "args": ["$p", "IPC_RMID"]},
            {"proc": "A", "call": "msgrcv", "args": ["$q", 100, 4, []], "expect": {"ret": 4}},
        ],
    }
)  # fmt: skip


async def msgrcv(
    u: Any, msqid: int, size: int, mtype: int, flags: int = 0, msgp: Any = "user buffer"
) -> int:
    """Wrong: takes the first message whatever the type."""
    q = msgconv(u, msqid)
    first = q.first
    if first is None:
        raise KernelError(Errno.ENOMSG, "nothing there")
    copyout(u, msgp, mtype=first.mtype, data=first.text[:size])
    q.first = first.next
    if q.first is None:
        q.last = None
    q.qnum -= 1
    q.cbytes -= len(first.text)
    q.lrpid, q.rtime = u.pid, u.k.time
    msgfree(u, first)
    return len(first.text[:size])


def wrong() -> ModelTarget:
    """A kernel with the wrong function in it."""

    def prepare(kernel: Kernel) -> None:
        kernel.install(msgrcv)

    return ModelTarget("classic", prepare)


def counted(make: Callable[[], ModelTarget], made: list[int]) -> Callable[[], ModelTarget]:
    """The same, counting how often it is made."""

    def counting() -> ModelTarget:
        made.append(1)
        return make()

    return counting


def test_only_the_calls_that_matter_are_left() -> None:
    found = counterexample(LONG, wrong)

    assert found is not None
    assert [line.split("(")[0] for line in found["calls"]] == [
        "A: q = msgget",
        "B: msgsnd",
        "B: msgsnd",
        "A: msgrcv",
    ]
    assert found["sentence"].startswith("After the last call: expected ")


def test_nothing_of_the_hidden_case_is_in_the_example() -> None:
    told = repr(counterexample(LONG, wrong))

    for secret in ("secret", "words", "five", "best", "four"):
        assert secret not in told


def test_the_same_failure_gives_the_same_example() -> None:
    assert counterexample(LONG, wrong) == counterexample(LONG, wrong)


def test_the_number_of_runs_is_bounded() -> None:
    made: list[int] = []
    counterexample(LONG, counted(wrong, made), runs=7)

    assert len(made) <= 7


def test_a_right_kernel_has_no_counterexample() -> None:
    assert counterexample(LONG, ModelTarget) is None


def test_the_example_is_a_scenario_that_can_be_run() -> None:
    found = counterexample(LONG, wrong)

    assert found is not None
    assert run(Scenario.from_json(found["scenario"]), ModelTarget()).verdict == "pass"
