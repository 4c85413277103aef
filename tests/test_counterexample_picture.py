"""The picture of a counterexample, drawn outside from two records (picture.py, apart.py)."""

import copy
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from autograder import oracle
from autograder.apart import rows
from autograder.exercise import exercise
from autograder.picture import LARGEST
from autograder.sandbox import probe
from autograder.shrink import counterexample
from kernel_model.kernel import Kernel
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget
from kernel_model.view import view_of
from kernel_model.view.pictures.calls import Call
from kernel_model.view.pictures.parting import parting
from tests.needs import require
from tests.view_runs import busy


def wrong(name: str, mutant: str) -> Any:
    """A kernel with one of an exercise's wrong solutions, as a factory of targets."""
    names: dict[str, Any] = {}
    exec(exercise(name).mutants()[mutant], names)

    def prepare(kernel: Kernel) -> None:
        for function in exercise(name).functions:
            kernel.install(names[function], function)

    return lambda: ModelTarget("classic", prepare)


def first_failure(name: str, student: Any) -> Scenario:
    """The first case that fails on this kernel."""
    every = exercise(name).visible() + exercise(name).hidden()
    return next(one for one in every if run(one, student()).verdict != "pass")


def example(name: str, mutant: str) -> dict[str, Any]:
    """The counterexample of a wrong solution."""
    student = wrong(name, mutant)
    found = counterexample(first_failure(name, student), student)
    assert found is not None
    return found


CASES = [
    ("msgrcv", "eagain"),
    ("msgrcv", "any_class"),
    ("msgsnd", "wakes_one"),
    ("ipcget", "umask"),
    ("msgctl", "rm_by_writers"),
]


@pytest.mark.parametrize(("name", "mutant"), CASES)
def test_an_example_has_a_picture_with_words_and_the_same_one_every_time(
    name: str, mutant: str
) -> None:
    found = example(name, mutant)
    svg = ET.fromstring(found["picture"]["svg"])

    assert svg.get("role") == "img"
    assert [child.tag.rpartition("}")[2] for child in svg][:2] == ["title", "desc"]
    assert "Here the two kernels part." in found["picture"]["text"]
    assert json.dumps(found) == json.dumps(example(name, mutant))


@pytest.mark.parametrize(("name", "mutant"), CASES)
def test_the_scenario_holds_on_the_reference_and_not_on_the_submission(
    name: str, mutant: str
) -> None:
    found = example(name, mutant)
    scenario = Scenario.from_json(found["scenario"])

    assert run(scenario, ModelTarget()).verdict == "pass"
    if found["sentence"].startswith("Expected"):
        assert run(scenario, wrong(name, mutant)()).verdict == "fail"


def test_the_picture_shows_the_field_in_which_two_outcomes_differ() -> None:
    found = example("ipcget", "umask")

    assert "mode 0o666" in found["picture"]["text"]
    assert "mode 0o644" in found["picture"]["text"]
    assert found["tables"] == [
        {"name": "queue 0: mode", "before": "0o666", "expected": "0o666", "got": "0o644"}
    ]
    assert found["since"] == 0  # made by the get, seen at the look


@pytest.mark.parametrize(
    ("name", "mutant", "last", "words"),
    [
        ("connect", "wakes_data", "B: connect(u, '@s')",
         "expected A's accept to come back and return 4, but it sleeps on."),
        ("connect", "in_front", "C: connect(u, '@s')",
         "socket 1: queue: expected [3, 5], got [5, 3]."),
        ("ptrace", "steps_on_after_a_step", "A: ptrace(PTRACE_CONT, pid of B, 1, 0)",
         "expected B's kill to come back and return 0, but it has not come back."),
        ("issig_psig", "ignored_stop_stops", "B: kill(pid of A, SIGTTIN)",
         "process A: state: expected user, got stopped."),
        ("ptrace", "kill_is_no_end", "A: ptrace(PTRACE_KILL, pid of B, 0, 0)",
         "expected B's kill to end the process (signaled SIGKILL), but the process ended "
         "(signaled SIGUSR1)."),
        ("semop", "time_of_the_call", "A: semctl(s, 0, IPC_STAT)",
         "Expected the last call to give otime 1004, but it gave otime 1003."),
    ],
)  # fmt: skip
def test_a_wrong_answer_has_an_example_whatever_it_is_that_shows_it(
    name: str, mutant: str, last: str, words: str
) -> None:
    found = example(name, mutant)

    assert found["calls"][-1] == last
    assert found["sentence"].endswith(words)
    assert run(Scenario.from_json(found["scenario"]), ModelTarget()).verdict == "pass"


def test_what_a_call_saves_when_it_has_slept_is_known_to_the_calls_after_it() -> None:
    sleeps = {"id": "x", "topic": "y", "uids": {"A": 0, "B": 0}, "steps": [
        {"proc": "A", "call": "socket", "args": ["AF_UNIX", "SOCK_STREAM", 0], "save": "s"},
        {"proc": "A", "call": "bind", "args": ["$s", "@s"]},
        {"proc": "A", "call": "listen", "args": ["$s", 5]},
        {"proc": "A", "call": "accept", "args": ["$s"], "expect": {"blocks": True}},
        {"proc": "B", "call": "socket", "args": ["AF_UNIX", "SOCK_STREAM", 0], "save": "b"},
        {"proc": "B", "call": "connect", "args": ["$b", "@s"]},
        {"wakes": "A", "save": "t"},
        {"proc": "B", "call": "send", "args": ["$b", "here", 0]},
        {"proc": "A", "call": "recv", "args": ["$t", 9, 0]},
    ]}  # fmt: skip
    names: dict[str, Any] = {}
    exec("from kernel_model import *\nasync def recv(u, fd, size, flags=0): return 3", names)
    case = Scenario.from_json(sleeps)
    found = counterexample(
        case, lambda: ModelTarget("classic", lambda kernel: kernel.install(names["recv"], "recv"))
    )

    assert found is not None
    assert found["calls"][-1] == "A: recv(t, 9, 0)"
    assert run(Scenario.from_json(found["scenario"]), ModelTarget()).verdict == "pass"


def test_who_is_stopped_in_no_call_differs_in_that_and_in_no_memory_that_only_one_side_has() -> (
    None
):
    found = example("issig_psig", "ignored_stop_stops")
    state = {"name": "process A: state", "before": "user", "expected": "user", "got": "stopped"}

    assert found["tables"] == [state]
    assert found["since"] == len(found["calls"]) - 1


def test_where_a_process_should_have_ended_processes_are_drawn_and_not_what_it_leaves() -> None:
    words = example("ptrace", "steps_on_after_a_step")["picture"]["text"]

    assert "After it, expected, Processes: A (pid 101, user 0) is user mode; B (pid 102, " in words
    assert "Region table" not in words


def test_rows_name_the_fields_that_differ_as_people_write_them() -> None:
    view = busy(1)
    got = copy.deepcopy(view)
    queue = got["msgque"][0]
    queue["messages"], queue["lrpid"], queue["mode"] = [], got["procs"][0]["pid"], 0o600
    pids = {"A": got["procs"][0]["pid"]}

    found = {name: (wanted, came) for name, _, wanted, came in rows(view, view, got, pids=pids)}
    assert found["queue 0: messages"][1] == "none"
    assert found["queue 0: lrpid"][1] == "A"
    assert found["queue 0: mode"][1] == "0o600"


def test_memory_that_differs_is_told_by_the_first_word_of_each_frame() -> None:
    one, other = ("\x01" + 7 * "\0" + "\x07" + 7 * "\0"), ("\x01" + 7 * "\0" + "\x05\x01")
    views = [{"frames": {"text": [[3, "same"], [9, text]]}} for text in (one, one, other)]

    assert rows(*views) == [("frame 9: word at byte 8", "0x7", "0x7", "0x105")]
    traced = [{"tracing": {"lock": 0, "data": data}} for data in (0, 5, 0)]
    assert rows(*traced) == [("trace structure: data", "0", "5", "0")]


def test_times_count_only_as_none_or_some_unless_asked_for() -> None:
    view = busy(1)
    got = copy.deepcopy(view)
    got["msgque"][0]["stime"] = view["msgque"][0]["stime"] + 1

    assert rows(view, view, got) == []
    assert [row[0] for row in rows(view, view, got, strict=True)] == ["queue 0: stime"]


ODD = """
async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    q = msgconv(u, msqid)
    q.perm.mode = {value}
    q.qnum = {value}
    return 0
"""


@pytest.mark.parametrize(
    "value",
    ["'<script>alert(7)</script>'", "float('nan')", "None", "'\\x00\\ud800'", "'x' * 100_000",
     "10 ** 4000", "[[]] * 1000"],
)  # fmt: skip
def test_whatever_a_submission_puts_into_a_table_the_picture_is_well_formed(value: str) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    cells = ["from kernel_model import *", ODD.replace("{value}", value)]
    made = oracle.grade("msgrcv", cells)

    assert made.verdict in ("fail", "error")
    if made.counterexample is not None:
        svg = made.counterexample["picture"]["svg"]
        assert ET.fromstring(svg).tag.endswith("svg")
        assert "<script" not in svg
        assert len(svg) <= LARGEST
        assert len(json.dumps(made.counterexample["tables"])) < 20_000


def test_a_submission_s_example_names_the_rule_and_is_plain_json() -> None:
    require(probe().isolated, "the sandbox does not isolate")
    made = oracle.grade("msgrcv", [exercise("msgrcv").mutants()["eagain"]])

    told = json.loads(json.dumps(made.to_json()))["counterexample"]
    assert told["rule"]["name"] == "sleep"  # with IPC_NOWAIT it fails, else it sleeps
    assert told["rule"]["section"].startswith("Bach")
    assert told["picture"]["svg"].startswith("<svg")
    words = " ".join(made.report().split())
    assert f"The rule: {told['rule']['says']} (read {told['rule']['section']})." in words


GRADE = """
import sys
from autograder import oracle
from autograder.exercise import exercise
one = exercise("msgrcv")
right = oracle.grade("msgrcv", [one.accepted()["classes"]])
assert right.verdict == "pass", right
assert "Where real kernels do it differently" in right.report()
print(sorted(name for name in sys.modules if name.startswith("kernel_model.view")))
wrong = oracle.grade("msgrcv", [one.mutants()["eagain"]])
assert wrong.verdict == "fail", wrong
print("kernel_model.view.pictures.parting" in sys.modules)
"""


def test_a_right_answer_loads_no_pictures() -> None:
    require(probe().isolated, "the sandbox does not isolate")
    done = subprocess.run([sys.executable, "-c", GRADE], capture_output=True, text=True)

    assert (done.stdout, done.returncode) == ("[]\nTrue\n", 0), done.stderr


def test_sockets_that_differ_are_told_apart_by_their_numbers_since_several_have_one_name() -> None:
    k = Kernel()
    server, client = k.spawn("server"), k.spawn("client")
    for call in (("socket",), ("bind", 3, "@shop"), ("listen", 3, 2)):
        server.call(*call)
    for call in (("socket",), ("bind", 3, "@me"), ("connect", 3, "@shop")):
        client.call(*call)
    before = view_of(k)
    client.call("send", 3, b"two")
    expected = view_of(k)

    assert rows(before, expected, before) == [
        ("socket 3: chunks", "none", "3 bytes from @me", "none"),
        ("socket 3: held", "0", "3", "0"),
        ("socket 3: came", "0", "3", "0"),
        ("socket 3: text", "", "two", ""),
    ]
    drawn = parting([Call("client", "send", {"client": "→ 3"})], {}, (before, expected, before))
    assert drawn.count("@shop") == 6  # two sockets, thrice
    assert "After it, got" in drawn


def test_a_descriptor_that_is_not_there_is_told_with_its_process() -> None:
    k = Kernel()
    a, b = k.spawn("A"), k.spawn("B")
    a.call("pipe"), b.call("pipe")
    before = view_of(k)
    a.call("socket")

    found = {name: (one, two) for name, _, one, two in rows(before, view_of(k), before)}
    assert found["A's descriptor 5"] == ("there", "not there")
    assert not [name for name in found if "entry" in name]
