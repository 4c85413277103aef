"""Code that takes too much, or ends as it likes, costs its own child and is told in words."""

import time
from collections.abc import Iterator

import pytest

from autograder.sandbox import AnswerTooLarge, BadAnswer, ChildDied, ChildLooped, Limits, Sandbox
from tests.sandbox_room import LIMITS, room, run

LONG = 120.0  # seconds: what takes so long hangs, however busy the machine


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("walls")) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def open_air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("open"), "none") as sandbox:
        yield sandbox


def died(sandbox: Sandbox, code: str, limits: Limits = LIMITS) -> str:
    """How the child ended, which it must."""
    with sandbox.child(limits) as child, pytest.raises(ChildDied) as caught:
        child.ask({"code": code, "given": {}}, deadline=LONG)
    return caught.value.how


def test_memory_has_an_end_inside_but_not_outside(sandbox: Sandbox, open_air: Sandbox) -> None:
    code = "result = len(bytes(1 << 30))"

    assert run(sandbox, code) == "It raised MemoryError: "
    assert run(open_air, code) == 1 << 30


def test_filling_memory_bit_by_bit_ends_the_filling(sandbox: Sandbox) -> None:
    code = """
        pieces = []
        while True:
            pieces.append(bytearray(1 << 20))
    """

    assert run(sandbox, code, Limits(memory=200 << 20)) == "It raised MemoryError: "


def test_many_open_files_have_an_end(sandbox: Sandbox) -> None:
    code = """
        import inside
        files = []
        while True:
            files.append(open(inside.__file__))
    """

    assert "Too many open files" in str(run(sandbox, code))


def test_an_endless_loop_uses_up_its_processor_time(sandbox: Sandbox) -> None:
    how = died(sandbox, "while True: pass", Limits(cpu=1, wall=LONG))

    assert how == "used up its 1 s of processor time (CPU limit)"


def test_ignoring_the_warning_only_buys_a_second(sandbox: Sandbox) -> None:
    code = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"

    assert "CPU limit" in died(sandbox, code, Limits(cpu=1, wall=LONG))


def test_a_question_has_a_deadline(sandbox: Sandbox) -> None:
    start = time.monotonic()
    with sandbox.child() as child:
        with pytest.raises(ChildLooped, match="did not answer in time"):
            child.ask({"code": "import time; time.sleep(3600)", "given": {}}, deadline=0.2)
        with pytest.raises(ChildDied, match="after an earlier question"):
            child.ask({"code": "result = 1", "given": {}})

    assert time.monotonic() - start < LONG


def test_a_child_has_a_whole_life_of_its_wall_time(sandbox: Sandbox) -> None:
    how = died(sandbox, "import time; time.sleep(3600)", Limits(wall=0.3))

    assert how == "was still running after its 0.3 s"


def test_blocking_every_signal_does_not_keep_a_child_alive(sandbox: Sandbox) -> None:
    code = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True: pass
"""

    assert "0.3 s" in died(sandbox, code, Limits(wall=0.3))


def test_a_request_that_is_not_taken_is_a_loop(sandbox: Sandbox) -> None:
    with sandbox.child() as child, pytest.raises(ChildLooped):
        child.ask({"code": "import time; time.sleep(3600)", "given": {}}, deadline=0.1)


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os; os._exit(0)", "called os._exit(0)"),
        ("import os; os._exit(7)", "called os._exit(7)"),
        ("import os; os.close(3)", "closed its channel to the grader"),
        ("import os; os.dup2(0, 3)", "closed its channel to the grader"),
        (
            "import os, time; os.closerange(0, 99); time.sleep(3600)",
            "closed its channel to the grader",
        ),
        ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV"),
        ("import ctypes; ctypes.memset(id(0), 255, 1 << 16)", "ended by SIGSEGV"),
    ],
)
def test_an_end_is_told_in_words(code: str, how: str, sandbox: Sandbox) -> None:
    assert died(sandbox, code) == how


def test_smashing_the_stack_ends_the_child(sandbox: Sandbox) -> None:
    code = """
import ctypes
here = ctypes.c_char()
ctypes.memset(ctypes.addressof(here) - (1 << 20), 0x41, 1 << 30)
"""

    assert "ended by SIG" in died(sandbox, code)


def test_an_abort_ends_the_child(sandbox: Sandbox) -> None:
    assert "ended by SIG" in died(sandbox, "import os; os.abort()")


def test_leaving_by_sys_exit_is_only_an_exception(sandbox: Sandbox) -> None:
    assert run(sandbox, "import sys; sys.exit(0)") == "It raised SystemExit: 0"
    assert run(sandbox, "raise KeyboardInterrupt") == "It raised KeyboardInterrupt: "


def test_endless_recursion_ends_somehow(sandbox: Sandbox) -> None:
    def outcome(code: str) -> str:
        with sandbox.child(Limits(cpu=1, wall=LONG, memory=128 << 20)) as child:
            try:
                return str(child.ask({"code": code, "given": {}}))
            except (BadAnswer, ChildDied) as error:
                return str(error)

    no_limit = "import sys\nsys.setrecursionlimit(2**31 - 1)\n"
    calls = "def f(): f()\nf()"
    in_c = "a = []\nfor _ in range(10**5): a = [a]\nrepr(a)"
    ends = ("It raised", "The sandboxed process ended", "The sandboxed process used up")

    assert outcome(calls).startswith("It raised RecursionError")
    assert outcome(no_limit + calls).startswith(ends)
    assert outcome(no_limit + in_c).startswith(ends)


def test_an_exception_that_hides_its_words_is_still_told(sandbox: Sandbox) -> None:
    code = "class E(Exception):\n  def __str__(self): raise E\nraise E"

    assert run(sandbox, code) == "It raised an exception that cannot be shown"


def test_a_long_exception_is_cut(sandbox: Sandbox) -> None:
    assert len(str(run(sandbox, "raise ValueError('x' * 10**6)"))) < 1100


def test_a_large_answer_is_refused_by_its_length(sandbox: Sandbox) -> None:
    with (
        sandbox.child(Limits(answer=1000)) as child,
        pytest.raises(AnswerTooLarge, match="1002 bytes; 1000 are allowed"),
    ):
        child.ask({"code": "result = 'x' * 1000", "given": {}})


def test_an_answer_just_within_the_limit_is_taken(sandbox: Sandbox) -> None:
    with sandbox.child(Limits(answer=1000)) as child:
        assert child.ask({"code": "result = 'x' * 998", "given": {}}) == "x" * 998


def test_answers_and_questions_of_megabytes_arrive_whole(sandbox: Sandbox) -> None:
    with sandbox.child(Limits(answer=8 << 20)) as child:
        text = "x" * (4 << 20)

        assert child.ask({"code": "result = text", "given": {"text": text}}) == text
