"""The console: its desk, its forms, its page's state, its widget (kernel_model/view/consoles)."""

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from kernel_model.scenario import SIGNATURES, load, run
from kernel_model.targets.model import ModelTarget
from kernel_model.view import console
from kernel_model.view.consoles.desk import Desk
from kernel_model.view.consoles.filled import compose
from kernel_model.view.consoles.forms import fields_of
from kernel_model.view.consoles.real import (
    compared,
    desk_of,
    record_of,
    records_from,
    store,
    try_for_real,
)
from kernel_model.view.consoles.runs import DeskError
from kernel_model.view.consoles.saving import save
from kernel_model.view.consoles.state import drawn, logged, scenario_text, state_of
from kernel_model.view.consoles.widget import Console
from kernel_model.view.consoles.words import effects, error_told, event_told, outcome_told, written
from tests.needs import require

QUIET = {"kind": "", "text": "", "at": ""}
KEY = {"key": 7}


def with_queue(**given: Any) -> Desk:
    """A desk on which A has made a queue."""
    desk = Desk(**given)
    desk.call("A", "msgget", [KEY, ["IPC_CREAT", "0o600"]])
    return desk


def talk() -> Desk:
    """A desk on which B was put to sleep and woken."""
    desk = with_queue()
    desk.call("B", "msgrcv", ["$q", 100, 0, []])
    desk.call("A", "msgsnd", ["$q", 1, "hello", []])
    return desk


def states(desk: Desk) -> dict[str, str]:
    return {one.name: one.state for one in desk.people()}


class Absent(ModelTarget):
    """A real kernel that cannot be had."""

    name, personality = "linux", "linux"

    def start(self, setup: Any) -> None:
        from kernel_model.targets import Skip

        raise Skip("this machine runs no Linux")


class Real(ModelTarget):
    """The linux personality in place of the machine's kernel."""

    def __init__(self) -> None:
        super().__init__("linux")


# The desk


def test_the_log_has_one_line_a_call_with_what_came_of_it() -> None:
    assert talk().log() == [
        "A: msgget(key 7, IPC_CREAT | 0600) returns 0, kept as q",
        "B: msgrcv(q, 100, 0, 0) sleeps until a message comes to queue 0",
        "A: msgsnd(q, 1, “hello”, 0) returns 0; B's msgrcv returns 5: type 1, “hello”",
    ]


def test_an_error_is_told_by_name_meaning_and_reason() -> None:
    desk = with_queue(processes={"A": 1000, "C": 2000})

    desk.call("C", "msgrcv", ["$q", 100, 0, []])

    assert desk.log()[-1].endswith(
        "fails with EACCES (permission denied): mode 600 does not let others read; C is one of them"
    )


def test_a_sleeper_is_shown_as_one_and_cannot_call_until_it_is_woken() -> None:
    desk = with_queue()
    desk.call("B", "msgrcv", ["$q", 100, 0, []])

    assert states(desk) == {"A": "ready", "B": "asleep"}
    assert desk.people()[1].told == "asleep in msgrcv, until a message comes to queue 0"
    with pytest.raises(DeskError, match="B is asleep in msgrcv; it cannot call getpid"):
        desk.call("B", "getpid", [])
    desk.call("A", "msgsnd", ["$q", 1, "", []])
    assert states(desk) == {"A": "ready", "B": "ready"}


def test_a_sleeper_can_be_signalled_stopped_and_ended() -> None:
    desk = with_queue()
    desk.call("B", "pause", [])
    desk.call("A", "kill", [{"pid": "B"}, "SIGSTOP"])
    assert states(desk)["B"] == "stopped"
    desk.call("A", "kill", [{"pid": "B"}, "SIGCONT"])
    assert states(desk)["B"] == "asleep"
    desk.call("A", "kill", [{"pid": "B"}, "SIGTERM"])

    assert states(desk)["B"] == "ended"
    assert desk.log()[-1].endswith("returns 0; B is gone (ended by SIGTERM)")
    with pytest.raises(DeskError, match="B has ended"):
        desk.call("B", "getpid", [])


def test_results_keep_names_of_their_own_and_the_same_queue_keeps_one() -> None:
    desk = with_queue()
    desk.call("B", "msgget", [KEY, []])
    desk.call("B", "msgget", ["IPC_PRIVATE", ["0o600"]])
    desk.call("B", "msgget", ["IPC_PRIVATE", ["0o600"]], save="mine")

    assert desk.saved == {"q": 0, "q2": 1, "mine": 2}
    assert desk.log()[1] == "B: msgget(key 7, 0) returns 0, which is q"
    for name in ("q", "9", "IPC_STAT", "a b"):
        with pytest.raises(DeskError, match="cannot be the name of a result, or is taken"):
            desk.call("B", "msgget", ["IPC_PRIVATE", ["0o600"]], save=name)


def test_undo_gives_the_desk_back_as_it_was_before_the_last_call() -> None:
    desk = talk()
    shorter = with_queue()
    shorter.call("B", "msgrcv", ["$q", 100, 0, []])

    assert desk.undo().move.call == "msgsnd"
    assert (desk.view(), desk.log()) == (shorter.view(), shorter.log())
    desk.undo()
    desk.undo()
    with pytest.raises(DeskError, match="nothing to undo"):
        desk.undo()


def test_a_call_that_cannot_be_made_changes_nothing() -> None:
    desk = with_queue()
    before = (desk.view(), desk.log(), desk.saved)

    for call, args, why in (
        ("msgrcv", ["$nobody", 1, 0, []], "was never saved"),
        ("msgrcv", ["$q", 1], "4 to 5 arguments"),
        ("msgsnd", ["$q", 1, "€", []], "stands for a byte"),
        ("msgctl", ["$q", "IPC_STATE"], "IPC_STAT"),
        ("kill", [{"pid": "Z"}, "SIGTERM"], "Z"),
        ("nothing", [], "no scenario may make the call"),
        ("fork", ["B"], "there is a process B already"),
    ):
        with pytest.raises(DeskError, match=why):
            desk.call("A", call, args)

    assert (desk.view(), desk.log(), desk.saved) == before


def test_a_new_process_is_there_from_the_beginning() -> None:
    desk = talk()
    desk.spawn("C", 0, 5)

    assert [one.name for one in desk.people()] == ["A", "B", "C"]
    assert len(desk.lines) == 3
    scenario = desk.scenario().to_json()
    assert (scenario["uids"], scenario["gids"]) == ({"A": 1000, "B": 1000, "C": 0}, {"C": 5})
    desk.afresh()
    assert [one.name for one in desk.people()] == ["A", "B"]


def test_a_new_process_that_would_change_what_was_done_is_refused() -> None:
    desk = Desk(processes={"A": 0, "B": 1000})
    desk.call("A", "kill", [-1, "SIGKILL"])
    before = (desk.log(), desk.view())

    with pytest.raises(DeskError, match="start afresh, then make C first"):
        desk.spawn("C", 1000)
    assert (desk.log(), desk.view()) == before


@pytest.mark.parametrize(
    ("name", "uid", "why"),
    [("A", 0, "already"), ("", 0, "no name"), ("C", -1, "must be 0 to"), ("x y", 0, "no name")],
)
def test_a_process_needs_a_name_of_its_own_and_real_ids(name: str, uid: int, why: str) -> None:
    with pytest.raises(DeskError, match=why):
        Desk().spawn(name, uid)


def test_children_and_those_who_wait_for_them_are_told_by_name() -> None:
    desk = Desk(processes={"A": 1000})
    desk.call("A", "fork", ["C"])
    desk.call("A", "wait", [])
    desk.call("C", "exit", [3])

    assert desk.log() == [
        "A: fork(C) returns 102, the pid of C",
        "A: wait() sleeps until a child ends",
        "C: exit(3) ends the process (exit code 3); A's wait returns 102: exit code 3",
    ]


def test_a_learners_function_runs_and_what_breaks_is_told_and_not_saved() -> None:
    def msgctl(u: Any, msqid: int, cmd: int, arg: Any = None) -> int:
        raise ZeroDivisionError("oh")

    desk = with_queue(functions=[msgctl])
    desk.call("A", "msgctl", ["$q", "IPC_STAT"])

    assert "breaks: ZeroDivisionError: oh in line" in desk.log()[-1]
    with pytest.raises(DeskError, match="call 2 did what no scenario can expect"):
        desk.scenario()
    desk.undo()
    assert desk.scenario().steps


@pytest.mark.parametrize("threaded", [False, True])
def test_a_function_that_does_not_end_is_stopped_and_its_call_taken_back(threaded: bool) -> None:
    names: dict[str, Any] = {}
    exec("def getpid(u):\n  while True: pass", names)
    desk = with_queue(functions=[names["getpid"]])
    before = (sys.gettrace(), desk.view())
    said: list[str] = []

    def calls() -> None:
        try:
            desk.call("A", "getpid", [])
        except DeskError as error:
            said.append(str(error))

    if threaded:
        thread = threading.Thread(target=calls)
        thread.start()
        thread.join()
    else:
        calls()

    assert said == ["getpid did not come to an end; line 2 was next; the call was taken back"]
    assert (sys.gettrace(), desk.view()) == before


def test_an_interrupted_function_leaves_the_desk_as_it_was() -> None:
    def getpid(u: Any) -> int:
        raise KeyboardInterrupt

    desk = with_queue(functions=[getpid])
    with pytest.raises(KeyboardInterrupt):
        desk.call("A", "getpid", [])

    desk.call("A", "msgsnd", ["$q", 1, "still works", []])
    assert len(desk.lines) == 2


def test_a_wrong_personality_or_limit_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="classic or linux"):
        Desk("minix")
    with pytest.raises(ValueError, match="is not a limit"):
        Desk(limits={"MSGMAXX": 1})


# Saved


def everything() -> Desk:
    """A desk on which most things have happened."""
    desk = talk()
    desk.spawn("root", 0)
    desk.call("root", "msgctl", ["$q", "IPC_SET", {"uid": 1000, "mode": "0o666", "qbytes": 20}])
    desk.call("A", "msgsnd", ["$q", 2, "any", []])
    desk.call("A", "msgsnd", ["$q", 2, {"rep": "x", "n": 30}, ["IPC_NOWAIT"]])
    desk.call("A", "msgsnd", ["$q", 2, {"rep": "y", "n": 18}, []])
    desk.call("B", "msgrcv", ["$q", 100, -2, ["MSG_NOERROR"]])
    desk.call("B", "msgctl", ["$q", "IPC_STAT"])
    desk.call("B", "signal", ["SIGUSR1", "catch"])
    desk.call("B", "pause", [])
    desk.call("root", "kill", [{"pid": "B"}, "SIGUSR1"])
    desk.call("root", "kill", [{"pid": "B"}, "SIGSTOP"])
    desk.call("root", "kill", [{"pid": "A"}, "SIGKILL"])
    desk.call("root", "fork", ["C"])
    desk.call("root", "waitpid", [-1, ["WNOHANG"]])
    desk.call("root", "wait", [])
    desk.call("C", "exec", [{"exit": 4}])
    desk.call("root", "getpid", [])
    desk.call("root", "msgrcv", ["$q", 100, 9, []])
    return desk


def test_what_is_saved_passes_on_the_model_and_on_paper() -> None:
    desk = everything()
    scenario = desk.scenario("all.of.it")

    result = run(scenario, ModelTarget())

    assert (result.verdict, result.message) == ("pass", "")
    assert scenario.to_json()["steps"][-1] == {"asleep": "root"}
    assert load(scenario_text(desk, "all.of.it"))[0].to_json() == scenario.to_json()


def test_what_one_personality_alone_passes_says_so() -> None:
    desk = with_queue(processes={"A": 0})
    assert desk.scenario().scope is None
    desk.call("A", "setpgrp", [])

    scenario = desk.scenario()

    assert scenario.scope == "unix_only"
    assert scenario.notes["why"].startswith("the linux personality differs: expected A's setpgrp")
    assert Desk("linux").personality == "linux"


def test_a_scenario_needs_a_call_and_a_name() -> None:
    with pytest.raises(DeskError, match="nothing has been called yet"):
        Desk().scenario()
    with pytest.raises(DeskError, match="is no name for a scenario"):
        talk().scenario("a b")


def test_a_file_takes_one_scenario_after_another_and_loses_none(tmp_path: Path) -> None:
    desk = talk()

    file = save(desk.scenario("one"), tmp_path / "mine")
    save(desk.scenario("two"), file)

    assert file == tmp_path / "mine.json"
    assert [one.id for one in load(file)] == ["one", "two"]
    with pytest.raises(DeskError, match="has a scenario one already"):
        save(desk.scenario("one"), file)
    save(desk.scenario("one"), file, replace=True)
    assert [one.id for one in load(file)] == ["two", "one"]
    (tmp_path / "notes.txt").write_text("my notes")
    with pytest.raises(DeskError, match="holds no scenarios"):
        save(desk.scenario("one"), tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "my notes"
    with pytest.raises(DeskError, match="cannot be written"):
        save(desk.scenario("one"), tmp_path / "no" / "such.json")


# For real


def test_every_call_is_beside_what_the_real_kernel_did() -> None:
    desk = talk()
    desk.call("A", "setpgrp", [])

    tried = try_for_real(desk, target=Real())

    assert [row.same for row in tried.rows] == [True, True, True, False]
    assert tried.rows[2].real == ["returns 0", "B's msgrcv returns 5: type 1, “hello”"]
    assert tried.rows[3].real == ["returns 0"]
    assert tried.rows[3].why == [
        "setpgrp. Classic: gives the new group. Linux: gives 0. (man setpgrp)"
    ]


def test_who_ended_by_a_signal_on_one_side_alone_is_explained_by_what_was_set() -> None:
    desk = Desk()
    desk.call("B", "signal", ["SIGUSR1", "catch"])
    for _ in range(2):
        desk.call("A", "kill", [{"pid": "B"}, "SIGUSR1"])

    tried = try_for_real(desk, target=Real())

    assert [row.same for row in tried.rows] == [True, True, False]
    assert tried.rows[2].why[0].startswith("signal, catch. Classic: the action is the default one")


def test_a_traced_process_is_stopped_until_its_tracer_lets_it_go_on() -> None:
    desk = Desk()
    desk.call("A", "fork", ["C"])
    desk.call("C", "ptrace", ["PTRACE_TRACEME"])
    desk.call("C", "kill", [{"pid": "C"}, "SIGUSR1"])
    desk.call("B", "kill", [{"pid": "B"}, "SIGSTOP"])

    told = {one.name: one.told for one in desk.people() if one.state == "stopped"}
    assert told["C"] == "stopped until its tracer lets it go on"
    assert told["B"] == "stopped until SIGCONT comes"
    assert desk.run.cannot("C") == "C is stopped"
    assert logged(desk.lines[2])["did"].startswith("is stopped, until SIGCONT comes")


def test_this_machines_kernel_does_as_the_model_with_what_is_taught_first() -> None:
    tried = try_for_real(talk())
    require(bool(tried.where), tried.note)

    assert tried.where.startswith("Linux ")
    assert (tried.same, len(tried.rows)) == (True, 3)
    assert tried.rows[1].real == ["sleeps"]


def test_a_difference_does_not_end_the_comparison() -> None:
    desk = with_queue(processes={"A": 0})
    desk.call("A", "msgsnd", ["$q", 1, "lost", []])
    desk.call("A", "msgrcv", ["$q", 100, 0, [], None])
    desk.call("A", "msgrcv", ["$q", 100, 0, []])
    desk.call("A", "getpid", [])

    rows = try_for_real(desk, target=Real()).rows

    assert [row.same for row in rows] == [True, True, True, False, False]
    assert rows[3].real == ["sleeps until a message comes to queue 0"]
    assert rows[4].real == ["could not be made: A is asleep in msgrcv; it cannot call getpid"]


def test_where_there_is_no_linux_a_record_of_the_same_calls_is_shown(tmp_path: Path) -> None:
    longer = talk()
    longer.call("A", "setpgrp", [])
    other = with_queue(processes={"Z": 0, "A": 5})
    files = [store(other, tmp_path / "a.json", Real()), store(longer, tmp_path / "b.json", Real())]

    tried = try_for_real(talk(), records_from(files), Absent())

    assert "cannot be had here (this machine runs no Linux)" in tried.note
    assert "did with the same calls" in tried.note
    assert [row.same for row in tried.rows] == [True] * 3


def test_without_such_a_record_another_is_shown_and_none_is_admitted() -> None:
    record = json.loads(json.dumps(record_of(talk(), Real())))
    desk = with_queue(processes={"C": 0, "A": 0})

    tried = try_for_real(desk, [record], Absent())
    alone = try_for_real(desk, [], Absent())

    assert "What follows are other calls" in tried.note
    assert [row.proc for row in tried.rows] == ["A", "B", "A"]
    assert (alone.rows, alone.where) == ([], "")
    assert desk_of(record, "classic").log() == talk().log()
    assert compared(talk(), record, "").same


@pytest.mark.parametrize("given", [{"format": 1}, 3, {"a": 1}])
def test_what_is_no_record_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="stored record"):
        records_from(given)


def test_a_record_of_a_newer_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 9"):
        records_from({**record_of(talk(), Real()), "format": 9})


# The form


def test_every_call_of_the_kernel_has_a_form_with_a_field_for_each_argument() -> None:
    desk = talk()

    calls = state_of(desk, QUIET)["calls"]

    assert {call["name"] for call in calls} == desk.kernel.sysent.keys() & SIGNATURES.keys()
    assert [call["name"] for call in calls][:4] == ["msgget", "msgsnd", "msgrcv", "msgctl"]
    for call in calls:
        assert call["about"].endswith("."), call["name"]
        names = SIGNATURES[call["name"]].replace("[", "").replace("]", "").split()
        assert [field["name"] for field in call["fields"]] == names


def test_what_is_filled_in_becomes_the_arguments_of_a_scenario() -> None:
    flags = {"flags": ["IPC_CREAT"], "mode": "640"}
    assert compose("msgget", {"key": {"number": "7"}, "flags": flags}) == [
        {"key": 7},
        ["IPC_CREAT", "0o640"],
    ]
    assert compose("msgget", {"key": {"private": True}, "flags": {}}) == ["IPC_PRIVATE", []]
    sent = {"id": "$q", "type": "1", "text": {"text": "a", "times": "9"}, "flags": {}, "size": ""}
    assert compose("msgsnd", sent) == ["$q", 1, {"rep": "a", "n": 9}, []]
    bad = {"id": "3", "size": " 0o10 ", "type": "-2", "flags": {}, "null": "bad"}
    assert compose("msgrcv", bad) == [3, "0o10", -2, [], None]
    change = {"id": "$q", "cmd": "IPC_SET", "arg": {"mode": "0644", "uid": "", "qbytes": "9"}}
    assert compose("msgctl", change) == ["$q", "IPC_SET", {"mode": "0o644", "qbytes": 9}]
    assert compose("kill", {"pid": "B", "sig": "SIGINT"}) == [{"pid": "B"}, "SIGINT"]
    assert compose("kill", {"pid": "-1", "sig": "SIGINT"}) == [-1, "SIGINT"]
    assert compose("sigprocmask", {"how": "SIG_BLOCK", "sigs": ["SIGINT"]}) == [
        "SIG_BLOCK",
        ["SIGINT"],
    ]
    assert compose("exec", {"image": "exit 2"}) == [{"exit": 2}]
    assert compose("exec", {"image": "sleep"}) == [{"sleep": 1}]
    assert compose("wait", {}) == []
    at = {"base": "$a", "off": "8"}
    assert compose("mem_read", {"addr": at, "n": "4"}) == [{"addr": "$a", "off": 8}, 4]
    attach = {"id": "$m", "addr": {"base": "null", "off": ""}, "flags": {}}
    assert compose("shmat", attach) == ["$m", None, []]
    assert compose("semop", {"id": "3", "ops": "[[0, -1, []]]"}) == [3, [[0, -1, []]]]


@pytest.mark.parametrize(
    ("call", "values", "why"),
    [
        ("msgget", {"key": {"number": "x!"}}, "key: 'x!' is not a number"),
        ("msgget", {"key": {"number": "-1"}}, "key: the number of a key is 0 to 999"),
        ("msgget", {"key": {"number": "1"}, "flags": {"mode": "rw"}}, "flags: 'rw' is no octal"),
        ("msgget", {"key": {"number": "1"}, "flags": {"mode": "77777"}}, "0777 grants all"),
        ("msgsnd", {"id": "$q", "type": ""}, "type: a number is missing"),
        (
            "msgsnd",
            {"id": "$q", "type": "1", "text": {"text": "a", "times": "-1"}},
            "repeated 0 to",
        ),
        ("semop", {"id": "1", "ops": "[0,"}, "operations: '\\[0,' is no JSON"),
        ("kill", {"pid": "", "sig": "SIGINT"}, "process: choose a process"),
        ("fork", {"newname": ""}, "name of the child: nothing is filled in"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_field(call: str, values: Any, why: str) -> None:
    with pytest.raises(DeskError, match=why):
        compose(call, values)


def test_saved_results_and_living_processes_can_be_chosen() -> None:
    desk = talk()
    desk.call("A", "kill", [{"pid": "B"}, "SIGKILL"])
    people = desk.people()

    queue = fields_of("msgrcv", "classic", desk.made_by, people)[0]
    target = fields_of("kill", "classic", desk.made_by, people)[0]

    assert queue["choices"] == [{"value": "$q", "label": "q"}]
    assert [one["value"] for one in target["choices"]] == ["A", "-1"]
    flags = {p: fields_of("msgrcv", p, {}, people)[3]["choices"] for p in ("classic", "linux")}
    assert [flag["value"] for flag in flags["classic"]] == ["IPC_NOWAIT", "MSG_NOERROR"]
    assert "MSG_COPY" in [flag["value"] for flag in flags["linux"]]


def test_memory_is_shared_by_addresses_that_keep_names() -> None:
    desk = Desk()
    desk.call("A", "shmget", [KEY, 100, ["IPC_CREAT", "0o600"]])
    desk.call("A", "shmat", ["$m", None, []])
    desk.call("B", "shmat", ["$m", None, ["SHM_RDONLY"]])
    desk.call("A", "mem_write", [{"addr": "$a", "off": 8}, "hello"])
    desk.call("B", "mem_read", [{"addr": "$a2", "off": 8}, 5])

    assert desk.log()[3].startswith("A: mem_write(a + 8, “hello”) returns")
    assert desk.log()[4].endswith("“hello”")
    fields = fields_of("mem_read", "classic", desk.made_by, desk.people())
    assert [one["value"] for one in fields[0]["choices"]] == ["$a", "$a2"]
    assert run(desk.scenario(), ModelTarget()).verdict == "pass"


def test_words_for_values_errors_and_events() -> None:
    long = written("msgsnd", ["$q", 1, "é\n" + "x" * 60, ["IPC_NOWAIT", "0o600"], 3])
    assert long.startswith("msgsnd(q, 1, “é\\x0a")
    assert long.endswith("(62 bytes), IPC_NOWAIT | 0600, 3)")
    assert written("kill", [{"pid": "B", "neg": True}, 9]) == "kill(group of B, 9)"
    assert written("msgrcv", ["$q", 5, {"expr": "2*3"}, [], None]) == (
        "msgrcv(q, 5, 2*3, 0, bad address)"
    )
    assert error_told("EIDRM") == "it was removed meanwhile"
    assert error_told("ENOTSOCK") != "an error"
    assert event_told("buffer 3") == "wakeup on buffer 3"


# The widget


def ask(shown: Console, **message: Any) -> dict[str, Any]:
    """What the page is told after a message of its own."""
    shown._heard(shown.page, message, [])
    state: dict[str, Any] = shown.page.state
    json.dumps(state)
    return state


def test_the_page_makes_calls_and_is_told_what_came_of_them() -> None:
    shown = console(processes={"A": 1000, "B": 0})
    flags = {"flags": ["IPC_CREAT"], "mode": "0600"}

    made = ask(shown, do="call", proc="A", call="msgget",
               values={"key": {"number": "7"}, "flags": flags}, save="mine")  # fmt: skip
    slept = ask(shown, do="call", proc="B", call="msgrcv",
                values={"id": "$mine", "size": "9", "type": "0", "flags": {}}, save="")  # fmt: skip

    assert made["log"][0]["did"] == "returns 0, kept as mine"
    assert slept["log"][1]["kind"] == "slept"
    assert [one["state"] for one in slept["people"]] == ["ready", "asleep"]
    assert (made["turn"], slept["turn"]) == (1, 2)
    assert repr(shown) == "<Console classic: A, B; 2 calls>"


def test_what_goes_wrong_is_said_in_the_page_each_time() -> None:
    shown = console()

    first = ask(shown, do="call", proc="A", call="msgrcv", values={"id": "x y"}, save="")
    again = ask(shown, do="call", proc="A", call="msgrcv", values={"id": "x y"}, save="")

    assert first["say"] == {"kind": "error", "text": "Queue: 'x y' is not a number.", "at": "call"}
    assert again["say"] == first["say"]
    assert again != first
    assert ask(shown, do="dance")["say"]["kind"] == "error"
    assert ask(shown, do="undo")["say"]["kind"] == "error"


def test_the_page_spawns_undoes_saves_and_starts_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = console()
    assert ask(shown, do="spawn", name="C", uid="0", gid="7")["people"][2]["gid"] == 7
    assert ask(shown, do="spawn", name="D", uid="zero", gid="")["say"]["kind"] == "error"
    ask(shown, do="call", proc="C", call="getpid", values={}, save="")

    saved = ask(shown, do="save", file="mine", name="one")

    assert saved["say"]["text"] == "one is in mine.json."
    assert load(tmp_path / "mine.json")[0].id == "one"
    assert json.loads(saved["scenario"])[0]["uids"] == {"A": 1000, "B": 1000, "C": 0}
    assert ask(shown, do="undo")["log"] == []
    assert len(ask(shown, do="afresh")["people"]) == 2


def test_trying_it_for_real_is_shown_and_closed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = console(record=[record_of(talk(), Real())])
    monkeypatch.setattr("kernel_model.targets.linux.LinuxTarget", Absent)
    ask(shown, do="call", proc="A", call="getpid", values={}, save="")

    tried = ask(shown, do="real")["real"]

    assert tried["summary"] == "3 calls, the same on both sides"
    assert "other calls" in tried["note"]
    assert ask(shown, do="unreal")["real"] is None


def test_a_page_that_cannot_run_says_what_to_do() -> None:
    bundle = console()._repr_mimebundle_()

    assert bundle["text/plain"] == "<Console classic: A, B; 0 calls>"
    assert "run this cell" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_ends_of_a_pipe_are_offered_by_name_where_a_descriptor_is_asked_for() -> None:
    desk = Desk()
    desk.call("A", "pipe", [])
    desk.call("A", "write", ["$p.w", "hello"])
    line = desk.call("A", "read", ["$p.r", 9])
    asleep = desk.call("A", "read", ["$p.r", 9])

    fd, *_ = fields_of("read", "classic", {"p": "pipe", "f": "open", "q": "msgget"}, [])
    assert [one["value"] for one in fd["choices"]] == ["$p.r", "$p.w", "$f"]
    assert line.outcome == {"ret": 5, "data": "hello"}
    assert asleep.steps[0]["expect"] == {"blocks": True}
    assert event_told("pipe[1].data") == "bytes come into pipe 1, or its last writer goes"
    assert event_told("pipe[2].writer") == "a writer opens pipe 2"


def test_sockets_are_offered_by_name_with_words_for_what_a_sleeper_waits_for() -> None:
    desk = Desk()
    desk.call("A", "socketpair", ["AF_UNIX", "SOCK_STREAM", 0])
    desk.call("A", "recv", ["$pair.0", 9, []])

    fd, data, *_ = fields_of("send", "classic", {"pair": "socketpair", "s": "socket"}, [])
    (how,) = fields_of("shutdown", "classic", {}, [])[1:]

    assert [one["label"] for one in fd["choices"]] == ["pair.0", "pair.1", "s"]
    assert [one["value"] for one in how["choices"]] == ["SHUT_RD", "SHUT_WR", "SHUT_RDWR"]
    assert event_told("socket[1].connection") == "a client connects to socket 1"
    assert data["value"] == "hello"


def test_a_descriptor_is_offered_with_the_name_of_whoever_got_it() -> None:
    desk = Desk()
    desk.call("A", "socketpair", ["AF_UNIX", "SOCK_STREAM", 0])
    desk.call("B", "socket", ["AF_UNIX", "SOCK_STREAM", 0])

    fields = {call["name"]: call["fields"] for call in state_of(desk, QUIET)["calls"]}
    offered = [one["label"] for one in fields["send"][0]["choices"]]
    assert offered == ["pair.0 (A)", "pair.1 (A)", "sock (B)"]


def test_a_process_is_shown_its_own_newest_descriptor_that_fits_the_call_first() -> None:
    desk = Desk(processes={"server": 1000, "client": 1000, "guest": 1000})
    for who in ("server", "client"):
        desk.call(who, "socket", ["AF_UNIX", "SOCK_STREAM", 0])
    desk.call("server", "bind", ["$sock", "@s"])
    desk.call("server", "listen", ["$sock", 5])
    desk.call("client", "connect", ["$sock2", "@s"])
    desk.call("server", "accept", ["$sock"])
    desk.call("client", "pipe", [])

    first = {call: first_of(desk, call) for call in ("accept", "recv", "read", "write", "close")}
    assert first == {
        "accept": {"server": "$sock", "client": "$p.w"},
        "recv": {"server": "$sock3", "client": "$sock2"},
        "read": {"server": "$sock3", "client": "$p.r"},
        "write": {"server": "$sock3", "client": "$p.w"},
        "close": {"server": "$sock3", "client": "$p.w"},
    }


def test_what_a_call_that_slept_gives_is_kept_by_a_name_when_it_comes_back() -> None:
    desk = Desk(processes={"server": 1000, "client": 1000})
    desk.call("server", "socket", ["AF_UNIX", "SOCK_STREAM", 0])
    desk.call("server", "bind", ["$sock", "@s"])
    desk.call("server", "listen", ["$sock", 5])
    desk.call("server", "accept", ["$sock"])
    desk.call("client", "socket", ["AF_UNIX", "SOCK_STREAM", 0])
    line = desk.call("client", "connect", ["$sock2", "@s"])
    desk.call("client", "send", ["$sock2", "hello", []])

    assert effects(line) == ["server's accept returns 4, kept as sock3: no name"]
    assert first_of(desk, "recv") == {"server": "$sock3", "client": "$sock2"}
    assert desk.call("server", "recv", ["$sock3", 9, []]).outcome["data"] == "hello"
    assert line.steps[1]["save"] == "sock3"


def test_a_child_is_shown_what_its_parent_had_and_nobody_what_was_closed() -> None:
    desk = Desk(processes={"A": 1000, "B": 1000})
    desk.call("A", "socketpair", ["AF_UNIX", "SOCK_STREAM", 0])
    desk.call("A", "fork", ["child"])
    desk.call("A", "close", ["$pair.1"])
    desk.call("child", "close", ["$pair.0"])

    assert first_of(desk, "send") == {"A": "$pair.0", "child": "$pair.1"}


def first_of(desk: Desk, call: str) -> Any:
    """The descriptor that each process is shown first for a call."""
    fields = {one["name"]: one["fields"] for one in state_of(desk, QUIET)["calls"]}
    return fields[call][0]["first"]


def test_what_the_real_recv_does_not_tell_makes_no_difference() -> None:
    desk = Desk()
    desk.call("A", "socketpair", ["AF_UNIX", "SOCK_STREAM", 0])
    desk.call("A", "send", ["$pair.0", "hello", []])
    for call in ("recv", "recvfrom"):
        desk.call("A", call, ["$pair.1", 2, []])

    recv, recvfrom = (line.steps[0]["expect"] for line in desk.lines[2:])
    assert recv == {"ret": 2, "data": "he"}
    assert recvfrom == {"ret": 2, "data": "ll", "from": ""}


def test_a_socket_without_a_name_is_told_in_words() -> None:
    assert outcome_told({"ret": 4, "name": ""}) == "returns 4: no name"
    assert outcome_told({"ret": 1, "data": "x", "from": ""}).endswith(
        "from a socket without a name"
    )


def test_signals_and_the_trace_structure_are_shown_where_they_are_taught_or_used() -> None:
    shown = [drawn(Desk(first=name))["queues"] for name in ("Signals", "Tracing", "Messages")]
    desk = Desk()
    desk.call("A", "sigprocmask", ["SIG_BLOCK", ["SIGUSR1"]])

    heads = [("Signals" in one, "Trace structure" in one) for one in shown]
    assert heads == [(True, False), (False, True), (False, False)]
    assert "Message map" not in drawn(Desk(first="Signals"))["rest"]
    assert "blocked" in drawn(desk)["queues"]
