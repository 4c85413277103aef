"""The rule that a small example breaks is that of the call that fails (step_words.py)."""

from typing import Any

import pytest

from autograder import oracle
from autograder.exercise import exercise
from autograder.grades import ELSEWHERE
from autograder.sandbox import probe
from autograder.step_words import fits, rule_told, words_of
from tests.needs import require


def found(*calls: dict[str, Any], since: int | None = None, **outcomes: Any) -> dict[str, Any]:
    steps = [{"proc": "A", "save": "q"} | call for call in calls]
    made = {"step": len(calls) - 1, "proc": "A", "since": since, "scenario": {"steps": steps}}
    return made | outcomes


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


def test_what_comes_of_a_process_that_slept_has_a_word_of_its_own() -> None:
    outcomes = {"expected": {"ret": 0}, "got": {"blocks": True, "on": "pipe[1].room"}}

    assert "woken" in words_of(found(GET, proc="B", **outcomes))
    assert "woken" not in words_of(found(GET, **outcomes))


def test_what_shows_later_has_the_error_of_the_call_that_it_goes_back_to() -> None:
    failed = SET | {"expect": {"errno": "EPERM"}}
    outcomes = [{"ret": 0, "fields": {"qbytes": size}} for size in (10, 30)]
    made = {"expected": outcomes[0], "got": outcomes[1]}

    assert {"later", "~EPERM"} <= words_of(found(GET, failed, STAT, since=1, **made))
    assert not {"later", "~EPERM", "EPERM"} & words_of(found(GET, failed, since=1, **made))
    assert "later" in words_of(found(GET, SET, STAT, since=1, **made))


def test_who_ends_and_who_returns_more_has_a_word_for_it() -> None:
    ends, more, less = {"ends": {"signaled": "SIGHUP"}}, {"ret": 2}, {"ret": 1}

    assert {"=0", "!ends"} <= words_of(found(GET, expected={"ret": 0}, got=ends))
    assert {"ends", "!ret"} <= words_of(found(GET, expected=ends, got=more))
    assert {"ret", ">ret"} <= words_of(found(GET, expected=less, got=more))
    assert ">ret" not in words_of(found(GET, expected=more, got=less))


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("data ret", True),
        ("data -ret", False),
        ("data -EINTR", True),
        ("-size", True),
        ("E*", True),
        ("!E*", False),
        ("-!E* data", True),
        ("-E*", False),
    ],
)
def test_a_word_is_there_or_is_not_or_one_that_begins_so(words: str, there: bool) -> None:
    assert fits(words, {"data", "ret", "EPERM", "!ret"}) == there


def test_the_first_words_that_fit_name_the_rule_and_else_the_case_does() -> None:
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
        ("pipe_read", "empties_the_pipe", "order"),
        ("pipe_read", "looks_twice", "sleep"),
        ("pipe_write", "no_delay_needs_a_reader_less", "broken"),
        ("pipe_write", "counts_before_it_copies", "bookkeeping"),
        ("msgsnd", "pool_asked_once", "sleep"),
        ("msgsnd", "size_ignored", "order"),
        ("msgctl", "set_no_owner", "change"),
        ("shmget", "found_larger_is_enomem", "size"),
        ("shmat", "memory_for_writers", "memory"),
        ("shmdt", "never_frees", "region"),
        ("ipcget", "real_ids", "bookkeeping"),
        ("allocreg", "file_of_the_caller", "fields"),
        ("detachreg", "of_everyone", "entry"),
        ("semop", "sleeps_once", "sleep"),
        ("ptrace", "pc_before_the_signal", "fail"),
        ("ptrace", "steps_on_after_a_step", "go"),
        ("issig_psig", "always_resets", "once"),
        ("issig_psig", "sent_on_stays", "once"),
        ("issig_psig", "turns_all_off", "once"),
        ("issig_psig", "ends_by_another", "handle"),
        ("issig_psig", "tracer_asked_again", "stop"),
        ("accept", "returns_zero", "bookkeeping"),
        ("accept", "last_comes_first", "queue"),
        ("accept", "shut_never_seen", "sleep"),
        ("accept", "put_back_behind", "errors"),
        ("connect", "in_front", "meeting"),
        ("connect", "wakes_nobody", "sleep"),
        ("connect", "not_in_the_queue", "meeting"),
        ("connect", "connecting_is_connected", "errors"),
        ("connect", "client_without_a_port", "bookkeeping"),
        ("recv", "always_waits_for_all", "sleep"),
        ("recv", "joins_datagrams", "data"),
        ("recv", "waits_after_the_end", "end"),
        ("recv", "bad_address_late", "bookkeeping"),
        ("message_mutex", "no_message", "rest"),
        ("P_V_CP", "CP_looks_without_the_lock", "exclusion"),
        ("P_V_CP", "CP_takes_none", "CP"),
    ],
)
def test_an_example_names_the_rule_of_the_call_or_the_schedule_that_fails(
    name: str, mutant: str, rule: str
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    made = oracle.grade(name, [exercise(name).mutants()[mutant]])

    assert made.counterexample is not None
    assert made.counterexample["rule"] == exercise(name).told_rule(rule)


def test_a_read_that_begins_where_it_would_have_before_a_sleep_breaks_the_order() -> None:
    require(probe().isolated, "the sandbox does not isolate")
    right = exercise("pipe_read").accepted()["always_wakes"]
    stale = right.replace("    done = False\n", "    done, begins = False, p.roff\n")
    stale = stale.replace("end = p.roff", "end = begins").replace("[p.roff :", "[begins :")
    made = oracle.grade("pipe_read", [stale])

    assert stale.count("begins") == 4
    assert made.counterexample is not None
    assert made.counterexample["rule"] == exercise("pipe_read").told_rule("order")


@pytest.mark.parametrize(
    ("mutant", "holds"), [("client_without_a_port", True), ("in_front", False)]
)
def test_a_report_says_of_the_rule_of_its_example_that_only_its_cases_hold(
    mutant: str, holds: bool
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    made = oracle.grade("connect", [exercise("connect").mutants()[mutant]])
    report = " ".join(made.report().split())

    assert made.rules[made.shown_broken()] is holds
    assert (ELSEWHERE in report) is holds
    assert report.count(ELSEWHERE) <= 1
