"""Break it yourself: scenarios of students against wrong kernels (autograder/breaking)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder import checks, oracle, servers
from autograder.audit.mutants import _normal as normal
from autograder.breaking import asking, judge
from autograder.breaking.claims import MOST_CALLS, MOST_SCENARIOS, Unfit, own, read
from autograder.breaking.kernels import Kernels, kernels, stamp
from autograder.breaking.practice import FILE, masked, pack, practice, sources
from autograder.editions.room import judges_room
from autograder.exercise import BREAKS, Exercise, exercise, exercises
from autograder.sandbox import probe
from kernel_model.scenario import run
from kernel_model.targets.model import ModelTarget
from tests.exercise_runs import failures
from tests.needs import require

ALL = [one for one in exercises() if one.kind == BREAKS]
every = pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])
UNSEEN = ["sleeps_at_pwait"]  # mutants that only the tables tell: no scenario can
GET = "q = A.msgget(1, IPC_CREAT | 0o600)"


def each(kind: str) -> Any:
    pairs = [(one, name) for one in ALL for name in getattr(one, kind)()]
    return pytest.mark.parametrize(
        ("one", "name"), pairs, ids=[f"{one.name}-{name}" for one, name in pairs]
    )


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner who has not begun."""
    monkeypatch.setattr(checks, "_history", [])


def function(source: str, name: str) -> Any:
    """The function that a cell leaves."""
    names: dict[str, Any] = {}
    exec(source, names)
    return names[name]


def graded(one: Exercise, source: str) -> Any:
    """The grade of one source."""
    require(probe().isolated, "the sandbox does not isolate")
    return oracle.grade(one.name, [source])


def unfit(*calls: str, **more: Any) -> str:
    """What is wrong with a scenario of these calls."""
    with pytest.raises((Unfit, ValueError)) as caught:
        own(1, {"calls": list(calls)} | more).expected()
    return str(caught.value)


# What is in a folder


@each("accepted")
def test_a_good_set_of_scenarios_has_all_points_and_tells_every_practice_kernel(
    one: Exercise, name: str
) -> None:
    source = one.accepted()[name]
    made, checked = graded(one, source), autograder.check(function(source, one.name))

    assert (made.verdict, made.score) == ("pass", one.points), made.report()
    assert made.notes == []
    assert checked.passed, repr(checked)


@each("mutants")
def test_a_bad_set_of_scenarios_loses_points_and_is_told_why(one: Exercise, name: str) -> None:
    source = one.mutants()[name]
    made, checked = graded(one, source), autograder.check(function(source, one.name))

    assert made.verdict == "fail"
    assert made.score <= one.points / 4, made.report()
    assert made.message or made.notes or "BROKEN" in made.report()
    assert not checked.passed


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty", "There is no scenario, so that no wrong kernel is told apart"),
        ("no_list", "give a list of scenarios, each a list of calls"),
        ("one_scenario", "this is one scenario; give a list of scenarios"),
        ("no_calls", "'send a message' is not a call in short form"),
        ("false_claims", "-> ENOMSG' is not so: on the right kernel it sleeps"),
        ("calls_while_asleep", "A cannot call msgsnd: it sleeps, or is gone"),
        ("too_many", f"there are 100 scenarios, and {MOST_SCENARIOS} at most are run"),
        ("too_long", f"it has 1000 lines, and {MOST_CALLS} at most are run"),
        ("depends_on_what_is_free", "it tells a right kernel apart as well"),
    ],
)
def test_what_cannot_be_judged_is_told_in_words(name: str, said: str) -> None:
    one = exercise("break_msgrcv")
    report = " ".join(graded(one, one.mutants()[name]).report().split())

    assert said in report


@every
def test_the_stub_counts_as_not_written(one: Exercise) -> None:
    made, checked = graded(one, one.stub), autograder.check(function(one.stub, one.name))

    assert (made.verdict, made.score) == ("fail", 0)
    assert "is not written yet" in made.message
    assert repr(checked) == f"{one.name} is not written yet. Write it, then run its check again."


@every
def test_every_mutant_belongs_to_one_rule_and_fails_a_case_of_it(one: Exercise) -> None:
    broken = exercise(one.of)
    listed = [name for names in one.kernels().values() for name in names]

    assert sorted([*listed, *UNSEEN]) == sorted(broken.mutants())
    assert one.kernels().keys() == one.rules.keys() == broken.rules.keys()
    for rule, names in one.kernels().items():
        cases = [case for case in broken.hidden() if case.topic == rule]
        for name in names[::5]:
            assert failures(broken, broken.mutants()[name], cases, most=1), (rule, name)


@every
def test_practice_kernels_are_wrong_or_right_as_they_say_and_no_mutants(one: Exercise) -> None:
    broken = exercise(one.of)
    mutants = {normal(source) for source in broken.mutants().values()}
    kernels = practice(one)
    right = [kernel for kernel in kernels if kernel.right]

    assert len(kernels) - len(right) >= 8
    assert len(right) >= 2
    for kernel in kernels:
        found = failures(broken, kernel.source, broken.visible() + broken.hidden(), most=1)
        assert (not found) == kernel.right, (kernel.name, found)
        assert normal(kernel.source) not in mutants
        assert len(kernel.about) > 20


@every
def test_text_stub_hints_and_rules_are_those_of_an_exercise(one: Exercise) -> None:
    headings = re.findall(r"^#+ (.*)$", one.text, re.MULTILINE)

    assert headings[0].startswith(f"`{one.name}`: ")
    assert headings[1:] == ["Given", "To write", "Fixed", "Free", "Example"]
    assert one.hints[0].endswith("?")
    assert "?" not in one.hints[2]
    assert one.after
    assert len(one.accepted()) >= 5
    assert len(one.mutants()) >= 10


@every
def test_the_example_of_the_text_is_true_and_tells_what_it_says(one: Exercise) -> None:
    example = one.text.partition("### Example")[2].split("```")[1].strip().splitlines()
    made = autograder.breaks(one.of, [example])

    assert "does not count" not in repr(made)
    own(1, example).expected()


def test_the_limits_that_the_text_names_are_those_in_force() -> None:
    text = exercise("break_msgrcv").text

    assert f"At most {MOST_SCENARIOS} scenarios of at most {MOST_CALLS} lines" in text


# Reading


def test_claims_are_a_number_an_error_a_sleep_or_a_text() -> None:
    made = own(1, [GET, "B.msgrcv(q, 9, 2) -> sleeps", "A.msgsnd(q, 1, 'x -> 5') -> 0",
                   "B -> sleeps", "A.msgrcv(q, 1, 1) -> E2BIG", "A.msgrcv(q, 9, 1) -> 'x -> 5'",
                   "A.msgsnd(q, 2, 'b')", "B -> 1"])  # fmt: skip

    assert [claim.said for claim in made.claims] == [
        "sleeps", "0", "sleeps", "E2BIG", "'x -> 5'", "1",
    ]  # fmt: skip
    assert len(made.expected()) == 6


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([GET, "A.msgrcv(q, 9, 0) -> fails"], "after the arrow"),
        (["B -> 5"], "comes before any call"),
        ([], "it makes no call"),
        (["A.msgrecv(0, 1, 0)"], "msgrecv"),
        (["A.msgrcv(q, 1, 0)"], "q"),
        ([GET, "A.msgrcv(q, 'x', 0)"], "call 2"),
        ([GET, "A.msgsnd(q, 1, open('x'))"], "is not an argument in short form"),
        ([GET, "A.msgsnd(q, 1, 'ab') -> 2"], "on the right kernel it returns 0"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told(calls: list[str], said: str) -> None:
    assert said in unfit(*calls)


def test_users_and_limits_go_beside_the_calls_and_nothing_else_does() -> None:
    made = own(1, {"calls": ["B.msgget(1, 0)"], "uids": {"B": 7}, "limits": {"MSGMNB": 8}})

    assert made.example.uids == {"B": 7}
    assert made.example.limits == {"MSGMNB": 8}
    assert "but not {'users'}" in unfit("B.msgget(1, 0)", users={})


@pytest.mark.parametrize("given", [None, 5, "x", {"calls": []}, [[5]], [None], [{"calls": 5}]])
def test_data_of_any_form_is_judged_and_never_raises_anything_else(given: Any) -> None:
    try:
        found, wrong = read(given)
    except Unfit as error:
        found, wrong = [], {0: str(error)}

    assert not found
    assert all(len(words) > 10 for words in wrong.values())
    assert wrong


# In the notebook


def test_a_kernel_says_what_is_wrong_with_it_once_it_is_told_apart() -> None:
    made = autograder.breaks("msgrcv", [[GET, "A.msgrcv(q, 5, 0, IPC_NOWAIT) -> ENOMSG"]])

    assert "IPC_NOWAIT is not known" in repr(made)
    assert "everybody may read" not in repr(made)
    assert "1 of 10 wrong kernels is told apart" in made.summary()


def test_breaks_takes_the_function_or_its_name_and_names_those_there_are() -> None:
    from kernel_model import msgrcv

    assert autograder.breaks(msgrcv, []).summary() == autograder.breaks("msgrcv", []).summary()
    with pytest.raises(ValueError, match="no wrong kernels of 'msgsnd'; there are some of msgrcv"):
        autograder.breaks("msgsnd", [])


def test_scenarios_that_raise_are_told() -> None:
    def break_msgrcv() -> None:
        raise KeyError("x")

    assert "break_msgrcv raised KeyError" in repr(autograder.check(break_msgrcv))


# Grading


def test_points_are_given_by_share_and_nothing_of_a_mutant_is_told_to_a_student() -> None:
    one = exercise("break_msgrcv")
    made = graded(one, one.mutants()["no_errors"])
    report = made.report()

    assert 0 < made.score < one.points
    assert re.search(r"selection: .*\(\d+ of 24; 11 give all", " ".join(report.split()))
    for name, source in exercise(one.of).mutants().items():
        assert name not in report
        assert source.splitlines()[0].strip('".') not in report


def test_a_student_s_function_that_does_not_end_is_a_timeout() -> None:
    made = graded(exercise("break_msgrcv"), "def break_msgrcv():\n    while True: pass\n")

    assert (made.verdict, made.score) == ("timeout", 0)


@pytest.mark.parametrize(
    "value", ["object()", "{1: object()}", "[[b'x']]", "float('nan')", "None", "10 ** 5000",
              "[['x' * 10**7]]", "[[]] * 10**6"],
)  # fmt: skip
def test_whatever_the_function_gives_there_is_a_grade_with_a_reason(value: str) -> None:
    made = graded(exercise("break_msgrcv"), f"def break_msgrcv():\n    return {value}\n")

    assert made.score == 0
    assert made.message or made.notes


def test_a_student_s_cells_find_no_mutant_and_no_right_msgrcv() -> None:
    made = graded(
        exercise("break_msgrcv"),
        "import os, sys, inspect, kernel_model.messages as m\n"
        "def break_msgrcv():\n"
        "    found = [f for p in sys.path for _, _, fs in os.walk(p) for f in fs]\n"
        "    body = m.msgrcv.__wrapped__ if hasattr(m.msgrcv, '__wrapped__') else m.msgrcv\n"
        "    raise ValueError(str(['judge.py' in found, 'kernels.toml' in found]))\n",
    )

    assert made.message == "it raised ValueError: [False, False]"


def test_the_judge_s_room_holds_the_kernel_and_nothing_of_any_suite() -> None:
    room = judges_room()
    names = {path.relative_to(room).as_posix() for path in room.rglob("*.py")}

    assert "autograder/breaking/judge.py" in names
    assert "kernel_model/messages.py" in names
    assert not [name for name in names if "exercises" in name or "hidden" in name]


def test_the_right_kernel_in_the_room_is_the_kernel() -> None:
    require(probe().isolated, "the sandbox does not isolate")
    given = [[GET, "A.msgsnd(q, 1, 'a') -> 0", "A.msgrcv(q, 1, 0) -> 'a'"]]
    answer = servers.judge().judged(kernels(exercise("break_msgrcv")), given)

    assert answer["unfit"] == {}
    assert run(exercise("msgrcv").visible()[0], ModelTarget()).verdict == "pass"


# The judge, who stays


@pytest.fixture(scope="module")
def those() -> Kernels:
    """The right kernels and the wrong ones."""
    return kernels(exercise("break_msgrcv"))


def judged(those: Kernels, given: Any) -> dict[str, Any]:
    """What the judge says, in this process."""
    judge.handle(those.to_json())
    return judge.handle({"scenarios": given, "of": those.function})


def test_what_a_kernel_makes_of_equal_calls_is_found_once_whatever_is_claimed(
    those: Kernels,
) -> None:
    few = Kernels(those.function, those.right[:1], {"one": those.wrong["cut_bytes_stay"]}, {})
    calls = [GET, "A.msgsnd(q, 1, 'ab')", "A.msgrcv(q, 2, 0)", "A.msgctl(q, IPC_STAT)"]
    first = judged(few, [calls])
    claimed = [*calls[:2], calls[2] + " -> 2", calls[3]]
    again = judge.handle({"scenarios": [claimed], "of": few.function})
    suspects = [*judge.right[few.function], *judge.wrong[few.function].values()]

    assert first["told"] == again["told"]
    assert [len(suspect.told) for suspect in suspects] == [1, 1]


def test_what_was_judged_before_changes_nothing(those: Kernels) -> None:
    calls = [
        [GET, "A.msgrcv(q, 5, 0, IPC_NOWAIT)"],
        [GET, "A.msgsnd(q, 1, 'ab')", "A.msgrcv(q, 1, 0)", "A.msgctl(q, IPC_STAT)"],
        [GET, "A.kill(A.pid, SIGTERM)"],
    ]
    alone = [judged(those, [one])["told"] for one in calls]
    together = judge.handle({"scenarios": calls[::-1], "of": those.function})
    after = [judge.handle({"scenarios": [one], "of": those.function})["told"] for one in calls]

    assert after == alone
    assert together["told"] == {name: any(one[name] for one in alone) for name in those.wrong}
    assert together["unfit"] == {}


def test_a_judge_who_has_gone_is_replaced_and_judges_once_more(those: Kernels) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    court, given = servers.judge(), [[GET, "A.msgrcv(q, 5, 0, IPC_NOWAIT) -> ENOMSG"]]
    before = court.judged(those, given)
    assert court.child
    court.child.close()
    after = court.judged(those, given)

    assert after["told"] == before["told"]
    assert after["told"]["busy_waiting"] is False
    assert after["told"]["eagain"] is True


def test_a_judge_who_may_have_run_out_of_memory_judges_nobody_else(
    those: Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    monkeypatch.setattr(asking, "MOST_MEMORY", 1)
    court = servers.judge()
    answer = court.judged(those, [[GET]])

    assert answer["memory"] > 1
    assert court.child is None


def test_kernels_that_were_edited_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("old")
    old = stamp(tmp_path)
    (tmp_path / "one.py").write_text("newer")

    assert stamp(tmp_path) != old
    assert stamp(tmp_path) == stamp(tmp_path)


# The student edition's form


@every
def test_the_sealed_form_holds_the_same_kernels_and_cannot_be_read_by_accident(
    one: Exercise, tmp_path: Path
) -> None:
    data = pack(one.folder)
    (tmp_path / FILE).write_bytes(data)

    assert sources(tmp_path) == sources(one.folder)
    assert b"def msgrcv" not in data
    assert masked(masked(data)) == data
    assert json.dumps(sorted(sources(tmp_path)))
