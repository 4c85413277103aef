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
import driven
from kernel_model import states
if not hasattr(driven, "seen"):
    driven.seen, driven.asked = states.state_of, driven.Driven.answer
    def seen(target):
        state, procs = driven.seen(target), target.kernel.procs.values()
        %s
        return state
    def answer(self, request):
        answer = driven.asked(self, request)
        outcome, state = answer.get("outcome", {}), self.state
        %s
        return answer
    states.state_of, driven.Driven.answer = seen, answer
"""
OF_STATES = {  # the wrong function that it covers up, and what it says in place of the state
    "processes have the numbers of their groups": (
        "group_for_pid",
        "state = state._replace(pids={p.name: p.pgrp for p in procs})",
    ),
    "nobody has a number": (
        "no_times",
        "state = state._replace(pids=dict.fromkeys(state.pids, 0))",
    ),
    "everybody has ended well": (
        "negative_first",
        "state = state._replace(ended={p.name: {'exited': 0} for p in procs})",
    ),
    "there are no tables": ("leaks", "state = state._replace(seen={})"),
    "no table can be read": ("leaks", "state = state._replace(seen={'unreadable': ''})"),
    "rows before the first": ("leaks", "state = state._replace(seen=[[[]], [], 5, []])"),
}
OF_ANSWERS = {
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
    "everybody came back with five bytes": (
        "negative_first",
        "answer['back'] = {p.name: {'ret': 5} for p in self.target.kernel.procs.values()}",
    ),
    "no kernel can do this": ("negative_first", "answer['outcome'] = {'unsupported': 'call'}"),
    "a dict that hides what it holds": (
        "negative_first",
        "answer = type('D', (dict,), {'__iter__': lambda s: iter(()), 'items': lambda s: []})()",
    ),
    "a state that nobody has named": ("leaks", "answer['state'] = 'f' * 40"),
    "no pool that leaks, to whom asks for it": (
        "leaks",
        "state = state._replace(seen=(*state.seen[:1], (40, 40, 8, 0, 40), *state.seen[2:]));"
        "'call' in request or answer.update(tables=states.written(state))",
    ),
}
LIES = {
    **{name: (wrong, forged, "") for name, (wrong, forged) in OF_STATES.items()},
    **{name: (wrong, "", forged) for name, (wrong, forged) in OF_ANSWERS.items()},
}


def grade(*cells: str) -> Grade:
    """msgrcv as these cells leave it."""
    return oracle.grade("msgrcv", list(cells))


@pytest.fixture(scope="module")
def honest() -> dict[str, float]:
    """What the wrong functions get with the answers that the kernel gives."""
    return {name: grade(WRONG[name]).score for name in {name for name, *_ in LIES.values()}}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_gains_nothing(lie: str, honest: dict[str, float]) -> None:
    name, *forged = LIES[lie]
    made = grade(WRONG[name], IN_ITS_PLACE % tuple(part or "pass" for part in forged))

    assert made.problems == []  # the lie was told
    assert made.score <= honest[name] < made.max


def test_processes_keep_their_numbers_and_later_ones_have_higher_ones() -> None:
    known = {"A": 101, "B": 102}

    assert is_numbered({}, known)
    assert is_numbered({"A": 101, "B": 102, "C": 103}, known)
    assert not is_numbered({"A": 102}, known)
    assert not is_numbered({"C": 102}, known)
