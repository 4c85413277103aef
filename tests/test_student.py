"""Answers that lie to the grader gain nothing (autograder/student.py).

Each is put in the place of what the kernel in the sandbox answers, behind a function that is wrong.
"""

import pytest

from autograder import oracle
from autograder.exercise import exercise
from autograder.grades import Grade
from autograder.student import is_numbered

WRONG = exercise("msgrcv").mutants()
IN_ITS_PLACE = """
import inside
seen = inside.Host._seen
if seen.__name__ == "_seen":
    def forged(self, answer):
        answer = seen(self, answer)
        procs = self.target.kernel.procs.values()
        outcome = answer.get("outcome", {})
        %s
        return answer
    inside.Host._seen = forged
"""
LIES = {
    "processes have the numbers of their groups": (
        "group_for_pid",
        "answer['pids'] = {p.name: p.pgrp for p in procs}",
    ),
    "nobody has a number": ("no_times", "answer['pids'] = dict.fromkeys(answer['pids'], 0)"),
    "a call returned, failed and slept": (
        "negative_first",
        "outcome.update(ret=0, errno='EINVAL', blocks=True)",
    ),
    "whatever was asked for came": ("negative_first", "outcome.update(ret={'not': -1})"),
    "a number equal to all": (
        "negative_first",
        "outcome.update(ret=type('I', (int,), {'__eq__': lambda a, b: True, '__hash__': None})(1))",
    ),
    "no number": ("negative_first", "outcome.update(ret=float('nan'))"),
    "half a character": ("negative_first", "outcome.update(errno='\\ud800')"),
    "everybody has ended well": (
        "negative_first",
        "answer['ended'] = {p.name: {'exited': 0} for p in procs}",
    ),
    "everybody came back with five bytes": (
        "negative_first",
        "answer['back'] = {p.name: {'ret': 5} for p in procs}",
    ),
    "there are no tables": ("leaks", "answer.pop('changed', 0); answer['view'] = {}"),
    "rows before the first": ("leaks", "answer.update(view={'msgque': [[]], 'procs': 5})"),
    "no kernel can do this": ("negative_first", "answer['outcome'] = {'unsupported': 'call'}"),
    "a dict that hides what it holds": (
        "negative_first",
        "answer = type('D', (dict,), {'__iter__': lambda s: iter(()), 'items': lambda s: []})()",
    ),
}


def grade(*cells: str) -> Grade:
    """msgrcv as these cells leave it."""
    return oracle.grade("msgrcv", list(cells))


@pytest.fixture(scope="module")
def honest() -> dict[str, float]:
    """What the wrong functions get with the answers that the kernel gives."""
    return {name: grade(WRONG[name]).score for name in {name for name, _ in LIES.values()}}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_gains_nothing(lie: str, honest: dict[str, float]) -> None:
    name, forged = LIES[lie]
    made = grade(WRONG[name], IN_ITS_PLACE % forged)

    assert made.score <= honest[name] < made.max


def test_processes_keep_their_numbers_and_later_ones_have_higher_ones() -> None:
    known = {"A": 101, "B": 102}

    assert is_numbered({}, known)
    assert is_numbered({"A": 101, "B": 102, "C": 103}, known)
    assert not is_numbered({"A": 102}, known)
    assert not is_numbered({"C": 102}, known)
