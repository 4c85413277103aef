"""How a child ended, in words, from what the server reports."""

import signal

import pytest

from autograder.sandbox import ChildDied, ChildLooped, Limits, SandboxError
from autograder.sandbox.endings import ended

LIMITS = Limits(cpu=2, wall=3.0)


@pytest.mark.parametrize(
    ("status", "cpu", "killed", "kind", "words"),
    [
        (0, 0.1, "", ChildDied, "called os._exit(0)"),
        (3 << 8, 0.1, "", ChildDied, "called os._exit(3)"),
        (3 << 8, 0.1, "asked", ChildDied, "called os._exit(3)"),
        (3 << 8, 0.1, "wall", ChildDied, "called os._exit(3)"),
        (71 << 8, 0.1, "", ChildDied, "closed its channel to the grader"),
        (signal.SIGKILL, 0.1, "asked", ChildDied, "closed its channel to the grader"),
        (signal.SIGKILL, 0.1, "", ChildDied, "ended by SIGKILL (out of memory?)"),
        (signal.SIGKILL, 0.1, "wall", ChildLooped, "was still running after its 3 s"),
        (signal.SIGKILL, 3.0, "", ChildLooped, "used up its 2 s of processor time (CPU limit)"),
        (signal.SIGXCPU, 2.0, "", ChildLooped, "used up its 2 s of processor time (CPU limit)"),
        (signal.SIGSEGV, 0.1, "", ChildDied, "ended by SIGSEGV"),
        (signal.SIGSEGV | 0x80, 0.1, "", ChildDied, "ended by SIGSEGV"),
        (40, 0.1, "", ChildDied, "ended by signal 40"),
    ],
)
def test_every_end_has_its_words(
    status: int, cpu: float, killed: str, kind: type[ChildDied], words: str
) -> None:
    error = ended({"status": status, "cpu": cpu, "killed": killed}, LIMITS)

    assert type(error) is kind
    assert str(error) == f"The sandboxed process {words}."


def test_a_fork_that_failed_is_no_fault_of_a_submission() -> None:
    error = ended({"failed": "cannot fork: no room"}, LIMITS)

    assert type(error) is SandboxError
    assert str(error) == "The sandbox's server cannot fork: no room."
