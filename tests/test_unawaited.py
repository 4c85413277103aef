"""Coroutines that nobody awaits (kernel_model/unawaited.py)."""

import contextlib
import sys
import warnings
from collections.abc import Callable

import pytest

from kernel_model.unawaited import MOST, NotAwaited, Unawaited, given_back


async def sleep() -> None:
    """Does nothing."""


async def choose() -> None:
    """Nor does this."""


def test_what_was_dropped_is_named_in_its_order() -> None:
    with Unawaited() as seen:
        sleep()  # type: ignore[unused-coroutine]
        choose()  # type: ignore[unused-coroutine]
        sleep()  # type: ignore[unused-coroutine]

    assert (seen.names, seen.count) == (["sleep", "choose"], 3)
    assert seen.words() == "sleep(...) was called without await: nothing sleeps"


def forever() -> None:
    while True:
        sleep()  # type: ignore[unused-coroutine]


def in_a_list() -> None:
    while True:
        [sleep() for _ in range(3)]


def handled() -> None:
    while True:
        with contextlib.suppress(Exception):
            sleep()  # type: ignore[unused-coroutine]


@pytest.mark.parametrize("loop", [forever, in_a_list, handled])
def test_a_loop_that_drops_one_after_another_is_stopped(loop: Callable[[], None]) -> None:
    before = sys.gettrace()
    with Unawaited() as seen, pytest.raises(NotAwaited, match=r"^sleep\(...\) was called without"):
        loop()
    sys.settrace(before)

    assert MOST <= seen.count < MOST + 5


def test_a_few_are_let_pass_and_forgotten_when_it_is_cleared() -> None:
    with Unawaited() as seen:
        for _ in range(MOST - 1):
            sleep()  # type: ignore[unused-coroutine]
        seen.clear()
        for _ in range(MOST - 1):
            choose()  # type: ignore[unused-coroutine]

    assert seen.names == ["choose"]


def test_other_warnings_go_where_they_went() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Unawaited() as seen:
            warnings.warn("something else", RuntimeWarning, stacklevel=1)

    assert [str(warning.message) for warning in caught] == ["something else"]
    assert seen.names == []


def test_what_is_given_back_un_awaited_is_told_and_closed() -> None:
    assert given_back(choose()) == "choose(...) was called without await: nothing of it runs"
    assert given_back(5) == ""
