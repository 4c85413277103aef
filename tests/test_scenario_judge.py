"""Expectations: which outcomes fit, and how a difference is told."""

from typing import Any

import pytest

from kernel_model.scenario import Names, accepts, difference, expectation
from kernel_model.scenario.view import view_difference

NAMES = Names(lambda kind, value: 12 if kind == "pid" else value, {"PAGE": 4096}, {"q": 3})
RETURNED = {"ret": 3, "data": "zero", "mtype": 2, "fields": {"mode": 0o600, "stime": 0}}


def fits(expect: dict[str, Any], outcome: dict[str, Any]) -> bool:
    return accepts(expectation(expect, NAMES), outcome)


@pytest.mark.parametrize(
    "value",
    [3, "any", "nonneg", "pos", "nonzero", "$q", "0o3", "SIGQUIT", {"not": 4}, {"not": "zero"},
     {"min": 3}, {"max": 3}, {"min": 1, "max": {"expr": "q"}}, {"expr": "PAGE-4093"}],
)  # fmt: skip
def test_a_number_fits(value: Any) -> None:
    assert fits({"ret": value}, {"ret": 3})


@pytest.mark.parametrize(
    ("value", "ret"),
    [(4, 3), ("zero", 3), ("pos", 0), ("nonzero", -1), ("nonneg", -1), ({"not": "$q"}, 3),
     ({"min": 4}, 3), ({"max": 2}, 3), ({"not": "any"}, 3), ({"min": 4, "max": 9}, 10)],
)  # fmt: skip
def test_another_number_does_not_fit(value: Any, ret: int) -> None:
    assert not fits({"ret": value}, {"ret": ret})


@pytest.mark.parametrize("value", [1, "pos", "nonneg", {"not": 7}, {"min": 0}, "SIGHUP"])
@pytest.mark.parametrize("ret", [True, 1.0, "1", None, [1], "pos", "nonneg"])
def test_a_number_is_an_integer_and_nothing_like_it(value: Any, ret: Any) -> None:
    assert not fits({"ret": value}, {"ret": ret})


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        ({"ret": 3, "data": "zero", "mtype": "pos"}, RETURNED),
        ({"ret": "any", "fields": {"mode": "0o600", "stime": "zero"}}, RETURNED),
        ({"ret": "any", "fields": {"nosuch": "any"}}, RETURNED),
        ({"ret": 0, "data": "0o600"}, {"ret": 0, "data": "0o600"}),
        ({"ret": 0, "data": {"rep": "\x00", "n": 2}}, {"ret": 0, "data": "\x00\x00"}),
        ({"ret": 0, "data": "any"}, {"ret": 0, "data": [1]}),
        ({"ret": 0, "data": {"cat": ["any"]}}, {"ret": 0, "data": "any"}),
        ({"ret": 0, "data": {"has": "er"}}, RETURNED | {"ret": 0}),
        ({"ret": 0, "data": {"not": {"has": "xx"}}}, RETURNED | {"ret": 0}),
        ({"ret": 0, "data": [1, "$q", "pos"]}, {"ret": 0, "data": [1, 3, 9]}),
        ({"ret": 0, "data": {"has": {"expr": "q"}}}, {"ret": 0, "data": [1, 3]}),
        ({"ret": 0, "data": {"lacks": 2}}, {"ret": 0, "data": [1, 3]}),
        ({"ret": 0, "set": ["SIGINT", 9]}, {"ret": 0, "set": ["SIGKILL", "SIGINT"]}),
        ({"ret": 0, "set": {"has": "SIGCLD"}}, {"ret": 0, "set": ["SIGCHLD"]}),
        ({"ret": 0, "set": {"lacks": "SIGINT"}}, {"ret": 0, "set": []}),
        ({"ret": 0, "fields": {"flags": {"has": "SHM_DEST"}, "type": "fifo"}},
         {"ret": 0, "fields": {"flags": ["SHM_LOCKED", "SHM_DEST"], "type": "fifo"}}),
        ({"ret": 0, "fields": {"flags": []}}, {"ret": 0, "fields": {"flags": []}}),
        ({"ret": 12, "status": {"exited": "pos"}}, {"ret": 12, "status": {"exited": 4}}),
        ({"ret": {"pid": "B"}, "status": {"signaled": 9}},
         {"ret": 12, "status": {"signaled": "SIGKILL", "core": True}}),
        ({"ret": 0, "prev": "SIG_DFL"}, {"ret": 0, "prev": "SIG_DFL"}),
        ({"ret": 0, "prev": {"not": "catch"}}, {"ret": 0, "prev": "SIG_DFL"}),
        ({"ret": 0, "name": "@x", "from": ""}, {"ret": 0, "name": "@x", "from": ""}),
        ({"errno": "EINVAL"}, {"errno": "EINVAL", "why": "no queue"}),
        ({"errno": ["EINTR", "EWOULDBLOCK"]}, {"errno": "EAGAIN"}),
        ({"blocks": True}, {"blocks": True, "on": "msgq"}),
        ({"ends": {"signaled": "SIGSEGV"}}, {"ends": {"signaled": "SIGSEGV"}}),
        ({"ends": "any"}, {"ends": {"exited": 1}}),
        ({"execs": True}, {"execs": True}),
        ({"any_of": [{"errno": "EINVAL"}, {"any_of": [{"ret": 1}, {"blocks": True}]}]},
         {"blocks": True}),
        ({"view": {}}, {"errno": "EINVAL"}),
    ],
)  # fmt: skip
def test_an_outcome_fits(expect: dict[str, Any], outcome: dict[str, Any]) -> None:
    assert fits(expect, outcome)
    assert difference(expectation(expect, NAMES), outcome, "A's call") is None


@pytest.mark.parametrize(
    ("expect", "outcome", "message"),
    [
        ({"ret": 5}, {"errno": "EINVAL", "why": "it is gone"},
         "to return 5, got EINVAL (it is gone)"),
        ({"ret": {"min": 2, "max": 4}}, {"ret": 5}, "to return 2 to 4, got 5"),
        ({"ret": {"not": "$q"}}, {"ret": 3}, "to return anything but 3, got 3"),
        ({"ret": "any"}, {"blocks": True}, "to return, but it went to sleep"),
        ({"ret": 0, "data": "x"}, {"ret": 0}, "to give data 'x', got none"),
        ({"ret": 0, "data": {"cat": ["any"]}}, {"ret": 0, "data": "x"},
         "to give data 'any', got 'x'"),
        ({"ret": 0, "data": "x" * 99}, {"ret": 0, "data": "y" * 70},
         f"to give data '{'x' * 30}'... (99 characters), got '{'y' * 30}'... (70 characters)"),
        ({"ret": 0, "fields": {"qnum": 1, "mode": "0o600"}},
         {"ret": 0, "fields": {"qnum": 1, "mode": 0o644}}, "to give fields.mode 0o600, got 0o644"),
        ({"ret": 1, "mtype": 2}, {"ret": 0, "mtype": 1}, "to return 1, got 0"),
        ({"ret": 0, "data": {"lacks": "x"}}, {"ret": 0, "data": "xy"},
         "to give data something without 'x', got 'xy'"),
        ({"ret": 0, "set": ["SIGINT"]}, {"ret": 0, "set": ["SIGINT", "SIGHUP"]},
         "to give set ['SIGINT'] in any order, got ['SIGINT', 'SIGHUP']"),
        ({"ret": 0, "data": [1, 2]}, {"ret": 0, "data": [1, 2, 3]},
         "to give data [1, 2], got [1, 2, 3]"),
        ({"ret": 12, "status": {"exited": 0}}, {"ret": 12, "status": {"signaled": "SIGKILL"}},
         "to give status.exited 0, got none"),
        ({"errno": "EINVAL"}, {"ret": True},
         "to fail with EINVAL, got True (a bool, and no number)"),
        ({"errno": "EINVAL"}, {"errno": 22}, "to fail with EINVAL, got 22"),
        ({"blocks": True}, {"ends": {"signaled": "SIGKILL"}},
         "to go to sleep, but the process ended (signaled SIGKILL)"),
        ({"blocks": True}, {"blocks": 1}, "to go to sleep, but it went to sleep"),
        ({"ret": "any"}, {"blocks": True, "on": "stopped"}, "to return, but it was stopped in it"),
        ({"ends": {"exited": 3}}, {"ends": {"exited": 4}},
         "to end the process (exited 3), but the process ended (exited 4)"),
        ({"execs": True}, {"errno": "EPERM"}, "to replace the image, got EPERM"),
        ({"view": {}}, {"raised": "KeyError: 7", "line": 4},
         "to be made, but it raised KeyError: 7, in line 4"),
        ({"view": {}}, {"raised": "KeyError: 7", "line": 4, "cell": 12},
         "to be made, but it raised KeyError: 7, in line 4 of cell 12"),
        ({"ret": 5}, {"raised": "it gives back bytes", "clause": True},
         "to return 5, but it gives back bytes"),
        ({"ret": 5}, {"raised": "f calls itself", "clause": True, "line": 4, "cell": 1},
         "to return 5, but f calls itself, in line 4 of cell 1"),
        ({"ret": 0}, {"execs": True}, "to return 0, but its image was replaced"),
        ({"ret": 0}, {}, "to return 0, got {}"),
    ],
)  # fmt: skip
def test_a_difference_is_one_sentence(
    expect: dict[str, Any], outcome: dict[str, Any], message: str
) -> None:
    assert difference(expectation(expect, NAMES), outcome, "A's call") == (
        f"expected A's call {message}"
    )


VIEW = {
    "queues": [
        {
            "key": 7,
            "mode": 0o600,
            "messages": [{"text": "0o600", "size": 5}, {"text": "b", "size": 1}],
        }
    ],
    "processes": {"A": {"pid": 12, "boss": 0, "wchan": None, "stopped": False}},
}


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"processes": {"A": {"pid": {"pid": "A"}, "wchan": None, "stopped": False}}},
        {"queues": [{"key": 7}]},
        {"queues": [{"messages": [{"text": "0o600"}, {"size": "pos"}]}]},
        {"queues": [{"messages": {"has": {"text": {"rep": "b", "n": 1}, "size": {"max": 1}}}}]},
        {"queues": [{"messages": {"lacks": {"text": "b", "size": 2}}}]},
        {"queues": "any"},
        {"processes": {"A": {"pid": "0o14"}}},
    ],
)
def test_a_view_names_parts_of_the_tables(wanted: dict[str, Any]) -> None:
    assert view_difference(wanted, VIEW, NAMES) is None


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"pipes": {}}, "view to have 'pipes', but it has only ['queues', 'processes']"),
        ({"queues": []}, "view.queues to have 0 entries, but it has 1"),
        ({"queues": [{}, {}]}, "view.queues to have 2 entries, but it has 1"),
        ({"queues": [{"key": {"key": 1}}]}, "view.queues[0].key to be key 1, got key 7"),
        ({"queues": [{"mode": "0o640"}]}, "view.queues[0].mode to be 0o640, got 0o600"),
        ({"queues": [{"mode": {"min": 1000}}]}, "view.queues[0].mode to be 1000 or more, got 384"),
        (
            {"processes": {"A": {"boss": {"pid": "A"}}}},
            "view.processes.A.boss to be 12 (process A), got 0",
        ),
        ({"queues": [{"key": True}]}, "view.queues[0].key to be true, got 7"),
        ({"queues": [{"key": "seven"}]}, "view.queues[0].key to be 'seven', got 7"),
        ({"queues": {"has": {"key": 8}}}, "view.queues to have {'key': 8}, but it has only [{"),
        ({"queues": {"lacks": {"key": 7}}}, "view.queues to lack {'key': 7}, but it has only [{"),
        ({"processes": {"A": {"wchan": "msgq"}}}, "view.processes.A.wchan to be 'msgq', got null"),
        ({"processes": {"A": {"stopped": 0}}}, "view.processes.A.stopped to be 0, got false"),
        ({"processes": ["A"]}, "view.processes to be ['A'], got {'A': {'pid': 12"),
    ],
)
def test_tables_that_differ_from_a_view_are_told(wanted: dict[str, Any], message: str) -> None:
    told = view_difference(wanted, VIEW, NAMES)

    assert told is not None
    assert told.startswith(f"expected {message}")
