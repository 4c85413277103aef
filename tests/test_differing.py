"""Where two kernels part, in a sentence (differing.py)."""

import pytest

from autograder.differing import sentence
from autograder.parting import Parting
from kernel_model.targets import Outcome


def told(call: str, expected: Outcome, got: Outcome) -> str:
    return sentence(Parting(1, "A", call, False, expected, got, False))


@pytest.mark.parametrize(
    ("call", "expected", "got", "words"),
    [
        ("shmat", 0x10000000, 0x10001000, "return 0x10000000, but it returned 0x10001000."),
        ("shmat", 0x10000000, 0, "return 0x10000000, but it returned 0."),
        ("msgrcv", 12288, 4096, "return 12288, but it returned 4096."),
    ],
)
def test_an_address_is_written_as_the_calls_write_it(
    call: str, expected: int, got: int, words: str
) -> None:
    assert told(call, {"ret": expected}, {"ret": got}) == f"Expected the last call to {words}"


def test_an_address_that_the_kernel_may_pick_is_told_as_one() -> None:
    made = told("shmat", {"ret": "any"}, {"errno": "EINVAL", "why": "no"})

    assert made == "Expected the last call to return an address, but it failed with EINVAL (no)."


def test_what_an_error_says_is_whole_and_where_it_is_long_ends_with_a_word() -> None:
    why = "mode 000 does not let the owner read; A is the owner or the creator"
    long = f"{why}, as it has been since the queue was made"

    assert f"({why})." in told("msgsnd", {"ret": 0}, {"errno": "EACCES", "why": why})
    assert f"({why}, as it has been since ...)." in told(
        "msgsnd", {"ret": 0}, {"errno": "EACCES", "why": long}
    )
