"""What takes long, fills its memory or answers at length is soon judged (autograder/grading.py)."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from autograder import grading, oracle
from autograder.exercise import exercise
from autograder.grades import Grade
from autograder.grading import Grading
from autograder.sandbox import probe
from autograder.session import Session
from tests.needs import require

RIGHT = exercise("msgrcv").accepted()["classes"]


@pytest.fixture(autouse=True)
def isolated() -> None:
    """The sandbox isolates here."""
    tier = probe()
    require(tier.isolated, f"the sandbox does not isolate: {'; '.join(tier.reasons)}")


def grade(*cells: str) -> Grade:
    """msgrcv as these cells leave it."""
    return oracle.grade("msgrcv", list(cells))


@pytest.fixture(scope="module")
def soon() -> float:
    """Seconds, some times what an endless loop takes now: some five, on an idle machine."""
    return max(30.0, 6 * grade("def msgrcv(*a):\n    while True: pass").seconds)


FILLS = {
    "list of bytes": "kept.append(bytes(1000))",
    "large pieces": "kept.append(bytearray(10_000_000))",
    "slowly": "kept.append(bytes(100_000)); sum(range(1000))",
    "longer and longer": "kept += [b'x' * sum(map(len, kept)) + b'x']",
}


@pytest.mark.parametrize("how", FILLS)
def test_filling_the_memory_is_told_like_an_endless_loop_and_as_soon(how: str, soon: float) -> None:
    made = grade(f"def msgrcv(*a):\n    kept = []\n    while True:\n        {FILLS[how]}")
    report = " ".join(made.report().split())

    assert (made.verdict, made.score) == ("timeout", 0.0)
    assert made.seconds < soon
    assert [case.kind for case in made.cases].count("filled") == 2
    assert "it takes more memory than there is for it" in report
    assert "cases were not tried: 2 cases before did not come to an end" in report
    assert made.counterexample is not None


def test_who_asks_once_for_more_than_there_is_loses_that_case_only() -> None:
    asks = """right = msgrcv
async def msgrcv(u, msqid, maxcount, msgtype=0, flag=0):
    if msgtype < 0:
        bytes(1 << 40)
    return await right(u, msqid, maxcount, msgtype, flag)"""
    made = grade(RIGHT, asks)

    kinds = {case.kind for case in made.cases if not case.passed}
    assert kinds == {"raised"}
    assert any(case.passed for case in made.cases)


SLOW = {
    "100 MB of text": ("'x' * 100_000_000", "it gives back a text of 100,000,000 characters"),
    "a number of 100 MB": ("1 << 800_000_000", "it gives back a number of 800,000,001 bits"),
    "a list of 240 MB": ("[0] * 30_000_000", "it gives back more than 10000 values"),
}


@pytest.mark.parametrize("what", SLOW)
def test_a_huge_answer_is_soon_told_in_words(what: str, soon: float) -> None:
    value, words = SLOW[what]
    made = grade(f"def msgrcv(*a):\n    return {value}")

    assert made.score == 0
    assert made.seconds < soon
    assert words in " ".join(made.report().split())


def test_failing_slowly_again_and_again_ends_the_trying(soon: float) -> None:
    made = grade("import time\ndef msgrcv(*args):\n    time.sleep(0.6)")

    assert (made.verdict, made.score) == ("timeout", 0.0)
    assert made.seconds < soon
    assert made.cases[-1].message == "not tried: the cases that failed before took too long"


def test_being_slow_costs_nobody_a_point_who_is_right() -> None:
    made = grade("import time\ntime.sleep(0.3)", RIGHT)

    assert made.verdict == "pass"


def test_a_busy_machine_leaves_no_case_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def slowed(call: Callable[..., object]) -> Callable[..., object]:
        def later(*args: object) -> object:
            now[0] += 0.4
            return call(*args)

        return later

    monkeypatch.setattr(Session, "fresh", slowed(Session.fresh))
    monkeypatch.setattr(Grading, "once", slowed(Grading.once))
    monkeypatch.setattr(grading, "time", SimpleNamespace(monotonic=lambda: now[0]))
    made = grade("def msgrcv(*args):\n    return 0")

    assert sum(not case.passed for case in made.cases) > 20
    assert "untried" not in {case.kind for case in made.cases}
