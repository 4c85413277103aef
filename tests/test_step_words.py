"""The rule that a small example breaks is that of the call that fails (step_words.py)."""

from typing import Any

import pytest

from autograder import oracle
from autograder.exercise import exercise
from autograder.sandbox import probe
from autograder.step_words import rule_told, words_of
from tests.needs import require


def found(*calls: dict[str, Any], since: int | None = None, **outcomes: Any) -> dict[str, Any]:
    steps = [{"proc": "A", "save": "q"} | call for call in calls]
    return {"step": len(calls) - 1, "since": since, "scenario": {"steps": steps}} | outcomes


GET = {"call": "msgget", "args": [{"key": 1}, ["IPC_CREAT", "0o600"]]}
SET = {"call": "msgctl", "args": ["$q", "IPC_SET", {"qbytes": 30}]}
STAT = {"call": "msgctl", "args": ["$q", "IPC_STAT"]}


def test_the_words_of_a_call_are_its_name_what_it_is_given_and_both_errors() -> None:
    made = found(GET, SET, expected={"errno": "EPERM"}, got={"ret": 0})

    assert words_of(made) == {"msgctl", "$q", "IPC_SET", "qbytes", "EPERM", "!ret"}


def test_a_look_has_the_words_of_the_call_that_it_looks_at_and_of_what_differs() -> None:
    outcomes = [{"ret": 0, "fields": {"uid": 0, "ctime": time}} for time in (1001, 1002)]
    made = found(GET, SET, STAT, since=1, expected=outcomes[0], got=outcomes[1])

    assert {"IPC_SET", "IPC_STAT", "ctime", "fields"} <= words_of(made)
    assert not {"uid", "ret", "first", "IPC_CREAT"} & words_of(made)


def test_where_a_table_breaks_it_is_its_words_that_tell_and_not_what_the_call_gave() -> None:
    broken = {"broken": "region 3 is left locked"}
    made = found(GET, since=0, expected={"errno": "EINVAL"}, got=broken)

    assert {"first", "broken", "locked"} <= words_of(made)
    assert "EINVAL" not in words_of(made)


def test_who_sleeps_on_in_place_of_giving_0_has_words_for_both_and_for_the_event() -> None:
    outcomes = {"expected": {"ret": 0}, "got": {"blocks": True, "on": "pipe[1].room"}}

    assert words_of(found(GET, **outcomes)) >= {"!sleeps", "room", "=0"}
    assert {"sleeps", "!ret"} <= words_of(found(GET, expected=outcomes["got"], got={"ret": 0}))


def test_the_first_words_that_are_all_there_name_the_rule_and_else_the_case_does() -> None:
    made = found(GET, SET, expected={"errno": "EPERM"}, got={"ret": 0})
    tells = (("EPERM uid", "owner"), ("EPERM qbytes", "change"), ("EPERM", "permission"))

    assert rule_told(tells, made, "remove") == "change"
    assert rule_told(tells[2:], made, "remove") == "permission"
    assert rule_told(tells[:1], made, "remove") == "remove"


@pytest.mark.parametrize(
    ("name", "mutant", "rule"),
    [
        ("msgrcv", "eagain", "sleep"),
        ("ptrace", "keeps_the_signal", "go"),
        ("msgctl", "set_whole_mode", "change"),
        ("shmdt", "asks_for_permission", "detach"),
        ("pipe_read", "wakes_nobody", "sleep"),
        ("pipe_write", "no_delay_needs_a_reader_less", "broken"),
    ],
)
def test_an_example_names_the_rule_of_the_call_that_fails(
    name: str, mutant: str, rule: str
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    made = oracle.grade(name, [exercise(name).mutants()[mutant]])

    assert made.counterexample is not None
    assert made.counterexample["rule"] == exercise(name).told_rule(rule)
