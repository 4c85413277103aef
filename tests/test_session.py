"""The children of one submission, and the processor they share with the grader."""

import os

import pytest

from autograder.sandbox import Limits
from autograder.sandbox.jail import wire
from autograder.session import one_processor


def test_a_thread_stays_where_it_is_and_is_free_again_afterwards() -> None:
    before = os.sched_getaffinity(0)
    with one_processor() as place:
        assert os.sched_getaffinity(0) == {place}

    assert place in before
    assert os.sched_getaffinity(0) == before


def test_where_no_processor_can_be_told_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.sched_getaffinity(0)
    monkeypatch.delattr(os, "sched_setaffinity")
    with one_processor() as place:
        assert place == -1

    assert os.sched_getaffinity(0) == before


def test_the_processor_goes_to_the_server_with_the_quota() -> None:
    asked = Limits(place=1).quota()

    assert wire.quota(asked.pack()) == asked
    assert (asked.place, Limits().quota().place) == (1, -1)
