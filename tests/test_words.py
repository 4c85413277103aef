"""A scenario in words for people (autograder/words.py)."""

from dataclasses import replace
from typing import Any

import pytest

from autograder.words import call_line, context, damage, plainly, where
from kernel_model.scenario import CallStep, Result, Scenario

KEY = {"key": 1}


@pytest.mark.parametrize(
    ("call", "args", "more", "line"),
    [
        ("msgget", [KEY, ["IPC_CREAT", "0o600"]], {"save": "q"},
         "A: q = msgget(key 1, IPC_CREAT | 0o600)"),
        ("msgget", [KEY, []], {"repeat": 3}, "A: msgget(key 1, 0), 3 times"),
        ("msgget", [KEY, 0], {"until": {"errno": "ENOSPC"}},
         "A: msgget(key 1, 0), until it no longer returns"),
        ("msgsnd", ["$q", 1, "$q", []], {}, "A: msgsnd(q, 1, '$q', 0)"),
        ("msgsnd", ["$q", 1, "x" * 30, []], {}, "A: msgsnd(q, 1, 'x' * 30, 0)"),
        ("msgsnd", ["$q", 1, {"rep": "ab", "n": "MSGMAX"}, []], {},
         "A: msgsnd(q, 1, 'ab' * MSGMAX, 0)"),
        ("msgsnd", ["$q", 1, {"cat": ["a", {"rep": "b", "n": 9}]}, []], {},
         "A: msgsnd(q, 1, 'a' + 'b' * 9, 0)"),
        ("msgsnd", ["$q", {"pid": "B"}, None, []], {}, "A: msgsnd(q, pid of B, a bad address, 0)"),
        ("msgrcv", [{"expr": "$q+1"}, 9, -2, ["IPC_NOWAIT"]], {},
         "A: msgrcv(q+1, 9, -2, IPC_NOWAIT)"),
        ("msgctl", ["$q", "IPC_SET", {"mode": "0o640", "uid": 7}], {},
         "A: msgctl(q, IPC_SET, mode = 0o640, uid = 7)"),
        ("kill", [{"pid": "B", "neg": True}, "SIGTERM"], {}, "A: kill(-pid of B, SIGTERM)"),
        ("semop", ["$s", [[0, -1, ["SEM_UNDO", "IPC_NOWAIT"]], [1, 2, []]]], {},
         "A: semop(s, [[0, -1, SEM_UNDO | IPC_NOWAIT], [1, 2, 0]])"),
        ("semop", ["$s", []], {}, "A: semop(s, [])"),
        ("semctl", ["$s", 0, "SETALL", [1, 0]], {}, "A: semctl(s, 0, SETALL, [1, 0])"),
        ("sigprocmask", ["SIG_BLOCK", ["SIGUSR1", "SIGUSR2"]], {},
         "A: sigprocmask(SIG_BLOCK, {SIGUSR1, SIGUSR2})"),
        ("sigsuspend", [[]], {}, "A: sigsuspend({})"),
        ("exec", [{"run": "set r0, 3 \n  sys 1"}], {}, "A: exec(set r0, 3; sys 1)"),
    ],
)  # fmt: skip
def test_a_call_is_written_as_people_write_it(
    call: str, args: list[Any], more: dict[str, Any], line: str
) -> None:
    assert call_line(CallStep("A", call, args, **more)) == line


def test_limits_and_users_are_told_when_they_are_not_the_usual_ones() -> None:
    assert context({"A": 0, "B": 0}, {}, {}) == []
    assert context({"A": 0, "B": 7}, {"A": 5}, {"MSGMNB": 8, "MSGMNI": 1}) == [
        "The limits: MSGMNB = 8, MSGMNI = 1.",
        "A is user 0 of group 5 (the superuser), B is user 7.",
    ]
    assert context({"A": 0}, {}, {"MSGMNB": 8}) == ["The limit: MSGMNB = 8."]


CASE = Scenario.from_json(
    {
        "id": "case",
        "topic": "sleep",
        "uids": {"A": 0, "B": 0},
        "steps": [
            {"proc": "A", "call": "getpid"},
            {"proc": "A", "call": "umask", "args": [0], "scope": "linux_only"},
            {"proc": "B", "call": "pause", "expect": {"blocks": True}},
            {"asleep": "B"},
        ],
    }
)


def test_a_step_is_told_by_its_number_and_the_call_it_is_or_looks_at() -> None:
    assert where(CASE, 0) == "step 1, A: getpid()"
    assert where(CASE, 3) == "step 4, B: pause()"


def result(verdict: str, step: int | None, *views: dict[str, Any]) -> Result:
    """A result whose record has these views."""
    steps = [{"step": n, "view": view} for n, view in enumerate(views)]
    return Result("case", "sleep", verdict, step, record={"steps": steps})


def test_the_first_broken_table_counts_unless_the_case_failed_by_then() -> None:
    bad: dict[str, Any] = {"unreadable": "no"}
    words = "a table is broken: the tables cannot be read: no"

    assert damage(result("pass", None, {}, bad, bad)) == (1, words)
    assert damage(result("fail", 2, {}, bad, bad)) == (1, words)
    assert damage(result("fail", 1, {}, bad)) is None
    assert damage(replace(result("fail", 1, {}, bad), tables=True)) == (1, words)
    assert damage(replace(result("fail", 1, {}, {}), tables=True)) is None
    assert damage(result("pass", None, {}, {})) is None


def test_a_difference_in_the_tables_does_not_speak_of_views() -> None:
    assert plainly("expected view.msgque[0].gid to be 5, got 0") == (
        "expected msgque[0].gid to be 5, got 0"
    )
    assert plainly("expected view to have 'x', but it is empty") == (
        "expected the tables to have 'x', but it is empty"
    )
