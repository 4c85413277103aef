"""Suites found by a search (autograder/vary): fresh, fair and as strong as those that are known."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from autograder import cli, oracle
from autograder.audit import BY_HAND, plan
from autograder.audit.mutants import Mutant
from autograder.audit.runs import Runs
from autograder.example import Example
from autograder.exercise import exercise, exercises
from autograder.sandbox import probe
from autograder.vary import Found, silent, trial, vary, write
from autograder.vary.blame import blamed, kills
from autograder.vary.command import complete
from autograder.vary.dress import dressed
from autograder.vary.edits import another
from autograder.vary.expected import scenario
from autograder.vary.home import there
from autograder.vary.likeness import alike
from autograder.vary.material import Material, material, shape
from autograder.vary.right import fair, holds
from autograder.vary.search import Search
from autograder.vary.smaller import fewer_words, smallest, view_of
from kernel_model.scenario import CallStep, Scenario, run
from kernel_model.scenario.format import dumps
from kernel_model.targets.model import ModelTarget
from tests.needs import require

ONE = exercise("msgrcv")
RIGHT = list(ONE.accepted().values())


@pytest.fixture(autouse=True)
def isolated() -> None:
    """The sandbox isolates here."""
    tier = probe()
    require(tier.isolated, f"the sandbox does not isolate: {'; '.join(tier.reasons)}")


def some(every: list[Mutant]) -> list[Mutant]:
    """A few wrong variants."""
    return [one for one in every if one.operator == BY_HAND][::60]


@cache
def found(seed: int = 1) -> Found:
    """A suite that tells some wrong variants."""
    return vary(ONE, seed, choose=some, rounds=1)


@cache
def known() -> Material:
    return material(ONE, ONE.hidden())


def example(*calls: tuple[str, str, list[Any]], **limits: int) -> Example:
    """Processes A, the superuser, and B; the first call saves q."""
    steps = [CallStep(proc, call, args) for proc, call, args in calls]
    steps[0] = replace(steps[0], save="q")
    return Example(steps, {"A": 0, "B": 1000}, {}, dict(limits))


MADE = ("A", "msgget", [{"key": 1}, ["IPC_CREAT", "0o600"]])
SENT = ("A", "msgsnd", ["$q", 2, "text", []])


def test_every_chosen_variant_loses_points_and_every_rule_is_tested() -> None:
    suite, chosen = found().suite, some(plan(ONE).mutants)

    assert (found().told, found().wrong) == (len(chosen), len(chosen))
    for rule in ONE.rules:
        assert sum(one.topic == rule for one in suite) >= 2


def test_the_same_seed_gives_the_same_suite_and_another_one_another() -> None:
    again = vary(ONE, 1, choose=some, rounds=1)

    assert [one.to_json() for one in again.suite] == [one.to_json() for one in found().suite]
    assert {shape(Example.of(one)) for one in found(2).suite} != {
        shape(Example.of(one)) for one in found().suite
    }


def test_what_the_search_found_has_the_calls_of_no_known_case() -> None:
    shapes = [shape(Example.of(one)) for one in found().suite]

    assert sum(one not in known().shapes for one in shapes) == found().found > 0


def test_the_reference_and_all_right_answers_pass() -> None:
    assert fair(found().suite, ONE.name, RIGHT) == found().suite


def test_each_scenario_tells_its_rule_and_the_misconception() -> None:
    for one in found().suite:
        assert one.topic in ONE.rules
        assert one.notes["why"] in {case.notes["why"] for case in ONE.hidden()}


def test_the_grader_takes_the_suite(tmp_path: Path) -> None:
    write(found(), tmp_path)

    good = oracle.grade(ONE.name, [RIGHT[0]], tmp_path)
    stub = oracle.grade(ONE.name, [ONE.stub], tmp_path)

    assert (good.verdict, good.score) == ("pass", ONE.points)
    assert len(good.cases) == len(found().suite) + len(ONE.visible())
    assert stub.score == 0


def test_what_the_reference_does_is_expected_of_outcomes_and_of_tables() -> None:
    calls = example(
        MADE, ("B", "msgrcv", ["$q", 9, 0, []]), SENT, ("A", "msgrcv", ["$q", 9, 0, []])
    )
    made = scenario(calls, {"msgque": {"qnum": {}}}, "one")

    assert made is not None
    assert [step.expect for step in made.steps] == [
        {"ret": "nonneg", "view": {"msgque": [{"qnum": 0}]}},
        {"errno": "EACCES", "view": {"msgque": [{"qnum": 0}]}},
        {"ret": 0, "view": {"msgque": [{"qnum": 1}]}},
        {"ret": 4, "mtype": 2, "data": "text", "view": {"msgque": [{"qnum": 0}]}},
    ]
    assert run(made, ModelTarget("classic")).verdict == "pass"


def test_what_a_pipe_gives_is_saved_and_not_expected() -> None:
    calls = example(("A", "pipe", []), ("A", "write", ["$q.w", "ab"]), ("A", "read", ["$q.r", 9]))
    made = scenario(calls, {"pipes": {"size": {}}}, "one")

    assert made is not None
    assert [step.expect for step in made.steps] == [
        {"ret": "nonneg", "view": {"pipes": [{"size": 0}]}},
        {"ret": 2, "view": {"pipes": [{"size": 2}]}},
        {"ret": 2, "data": "ab", "view": {"pipes": [{"size": 0}]}},
    ]


def test_what_fails_is_not_repeated_and_what_returns_is() -> None:
    calls = example(MADE, SENT, ("B", "msgrcv", ["$q", 9, 0, []]))
    again = [replace(step, repeat=9) for step in calls.calls[1:]]
    made = scenario(replace(calls, calls=[calls.calls[0], *again]), {}, "one")

    assert made is not None
    assert [getattr(step, "repeat", 0) for step in made.steps] == [None, 9, None]
    assert holds(made)


def test_who_is_woken_and_who_sleeps_on_is_expected() -> None:
    wait = [("A", "msgrcv", ["$q", 9, 2, []]), ("B", "msgrcv", ["$q", 9, 7, []])]
    shared = ("A", "msgget", [{"key": 1}, ["IPC_CREAT", "0o666"]])
    calls = replace(example(shared, *wait, SENT), uids={"A": 0, "B": 0})
    calls.calls[3] = replace(calls.calls[3], proc="C")
    made = scenario(replace(calls, uids={"A": 0, "B": 0, "C": 0}), {}, "one")

    assert made is not None
    steps = [one for one in made.to_json()["steps"] if "call" not in one]
    assert steps == [
        {"wakes": "A", "expect": {"ret": 4, "mtype": 2, "data": "text"}},
        {"asleep": "B"},
    ]


@pytest.mark.parametrize(
    "calls",
    [
        [("A", "msgrcv", ["$nothing", 9, 0, []])],
        [MADE, ("A", "msgrcv", ["$q", 9, 0, []]), SENT],  # A sleeps and cannot send
        [MADE, ("A", "msgrcv", ["$q"])],
    ],
)
def test_calls_that_make_no_sense_make_no_scenario(calls: list[tuple[str, str, list[Any]]]) -> None:
    assert scenario(example(*calls), {}, "one") is None


# The bell may ring while a coroutine is closed; it rings again then.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_calls_that_wake_each_other_for_ever_make_no_scenario() -> None:
    made = ("A", "semget", [{"key": 1}, 2, ["IPC_CREAT", "0o600"]])
    calls = example(
        made,
        ("A", "semctl", ["$q", 0, "SETVAL", 1]),
        ("A", "semop", ["$q", [[0, -1, []], [1, -1, []]]]),
        ("C", "semop", ["$q", [[1, 1, []], [0, 0, []]]]),
    )

    assert scenario(replace(calls, uids={"A": 0, "C": 0}), {}, "one") is None


def test_what_depends_on_who_goes_on_first_is_not_fair() -> None:
    wait = [(proc, "msgrcv", ["$q", 9, 0, []]) for proc in "BC"]
    calls = replace(example(MADE, *wait, SENT), uids={"A": 0, "B": 0, "C": 0})
    made = scenario(calls, {}, "one")

    assert made is not None
    assert run(made, ModelTarget("classic")).verdict == "pass"
    assert not holds(made)


def test_what_a_right_answer_does_otherwise_is_not_fair() -> None:
    both = ("B", "msgrcv", ["$q", -1, 0, []])  # may not read, and asks for a size below 0
    made = scenario(example(MADE, both), {}, "one")

    assert made is not None
    assert fair([made], ONE.name, RIGHT) == []


def test_other_words_leave_what_happens_as_it_is() -> None:
    for number, (name, parent) in enumerate(sorted(known().parents.items())):
        other = dressed(parent, Random(number))

        assert len(other.calls) == len(parent.calls), name
        assert [step.call for step in other.calls] == [step.call for step in parent.calls]
        assert shape(other) == shape(parent)


def test_a_scenario_loses_what_it_does_not_need() -> None:
    more = [("A", "msgget", ["IPC_PRIVATE", ["0o600"]]), SENT, ("A", "msgrcv", ["$q", 2, 0, []])]
    calls = example(MADE, *more, ("A", "msgctl", ["$q", "IPC_RMID"]), MSGMNB=100)
    made = scenario(calls, known().fields, "one")
    assert made is not None

    small = smallest(calls, made, known(), expects("E2BIG"))

    assert [step["call"] for step in small.to_json()["steps"]] == ["msgget", "msgsnd", "msgrcv"]
    assert (small.uids, small.limits) == ({"A": 0}, {})
    assert json.dumps(small.to_json()).count("view") == 1


def test_one_look_at_the_tables_is_enough_and_stays_whole() -> None:
    calls = example(MADE, SENT, ("A", "msgrcv", ["$q", 2, 0, []]))
    made = scenario(calls, {"msgque": {"qnum": {}, "cbytes": {}}}, "one")
    assert made is not None

    small = fewer_words(made, expects('"qnum": 1'))

    views = [step.expect.get("view") for step in small.steps if isinstance(step.expect, dict)]
    assert views == [None, None, {"msgque": [{"qnum": 1, "cbytes": 4}]}]


def expects(words: str) -> Callable[[Scenario], bool]:
    """Does a scenario expect this, and does it hold?"""
    return lambda one: words in json.dumps(one.to_json()) and holds(one)


def test_a_variant_fails_here_what_it_fails_in_the_sandbox() -> None:
    suite = ONE.hidden()[::6]
    few = [one.source for one in plan(ONE).mutants[::16]]

    with Runs(ONE.name, suite) as there:
        wanted = [there.kills(source, len(suite)) for source in few]

    assert [trial.kills(ONE.name, source, suite) for source in few] == wanted
    assert {kill.how for kills in wanted for kill in kills} > {"fail", "raised"}


def test_right_answers_to_every_exercise_pass_here_and_the_stub_does_not() -> None:
    for one in exercises():
        if one.kind == "scenarios":
            source, suite = next(iter(one.accepted().values())), one.hidden()[::8]

            assert trial.kills(one.name, source, suite) == [], one.name
            assert len(trial.kills(one.name, one.stub, suite)) > len(suite) // 2, one.name


def test_a_suite_that_a_right_answer_fails_is_no_beginning(tmp_path: Path) -> None:
    small = exercise("issig_psig")
    text = dumps(small.hidden()[:1]).replace('"errno": "EINTR"', '"ret": 0')
    wrong = text.replace('"ret": 1', '"ret": 2')
    (tmp_path / small.name).mkdir()
    (tmp_path / small.name / "hidden.json").write_text(wrong)

    with pytest.raises(ValueError, match="issig_psig: right answers fail the known suite: class,"):
        vary(small, 1, tmp_path)


def test_a_child_has_a_name_of_its_own_and_is_known_to_the_calls_behind() -> None:
    calls = example(("A", "fork", ["C"]), ("C", "getpid", []), ("A", "kill", [{"pid": "C"}, 0]))
    parents = {"one": replace(calls, uids={"A": 0})}
    known = replace(material(ONE, ONE.hidden()[:1]), parents=parents, calls=calls.calls)

    for seed in range(200):
        made = another(known, [parents["one"]], Random(seed))
        names = [*made.uids, *(step.args[0] for step in made.calls if step.call == "fork")]
        assert len(set(names)) == len(names), seed
    assert there(calls, calls.calls) == ["A", "B", "C"]
    other = [dressed(parents["one"], Random(seed)) for seed in range(9)]
    assert {shape(one) for one in other} == {shape(parents["one"])}
    assert len({one.calls[0].args[0] for one in other}) > 1
    assert all(one.calls[0].args[0] == one.calls[1].proc for one in other)


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("while True: pass", "endless"),
        ("any(item for item in iter(int, 1))", "endless"),  # without a loop that can count
        ("return msgrcv(u, msqid, size, mtype, flag)", "raised"),  # without end, by calls
        ("return 7", "fail"),
        ("return [sleep(u, msqid, 1)]", "raised"),
        ("u.k.msgque.entries[0].qnum = 7; raise KernelError(Errno.EINVAL)", "table"),
    ],
)
def test_a_variant_that_breaks_down_fails_in_words(
    body: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.2)
    source = f"def msgrcv(u, msqid, size, mtype, flag):\n    {body}\n"
    calls = example(MADE, ("A", "msgrcv", ["$q", -1, 0, []]))
    made = scenario(calls, {}, "one")
    assert made is not None

    assert [kill.how for kill in trial.kills(ONE.name, source, [made])] == [how]
    assert trial.kills(ONE.name, RIGHT[0], [made]) == []


def test_a_known_case_is_changed_and_still_tells_all_that_it_told() -> None:
    one = exercise("ipcget")
    (case,) = [known for known in one.hidden() if known.id == "get-superuser-too"]
    small = replace(plan(one), suite=[case])
    small = replace(small, mutants=small.mutants[::4])
    wrong = blamed(small, silent)
    search = Search(one, [case], material(one, [case]), [], Random("seed"))
    alike(search, wrong, silent)

    (made,) = search.kept
    assert shape(Example.of(made)) != shape(Example.of(case))
    assert (made.topic, made.notes["why"]) == (case.topic, case.notes["why"])
    assert len(wrong) > 1
    assert len(kills([made], wrong, one.name)[made.id]) == len(wrong)


def test_a_changed_case_looks_at_the_tables_once_where_that_is_enough() -> None:
    """As wide as before: what is seen may tell what nobody has thought of."""
    one = exercise("ipcget")
    (case,) = [known for known in one.hidden() if known.id == "get-superuser-too"]
    small = replace(plan(one), suite=[case])
    wrong = blamed(replace(small, mutants=small.mutants[::8]), silent)
    whole, looks = material(one, one.hidden()), []
    for seed in range(4):
        search = Search(one, [case], whole, [], Random(seed))
        alike(search, wrong, silent)
        looks += [[view for step in made.steps if (view := view_of(step))] for made in search.kept]

    assert len(looks) == 4
    assert {len(views) for views in looks} == {0, 1}
    assert all({*view} == {*whole.fields} for views in looks for view in views)


def test_the_command_writes_a_suite_as_strong_as_the_one_it_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = exercise("ipcget")
    known = [one for one in small.hidden() if one.topic == "flags"][:1]
    (tmp_path / "known" / small.name).mkdir(parents=True)
    (tmp_path / "known" / small.name / "hidden.json").write_text(dumps(known))
    folders = ["--suites", str(tmp_path / "known"), "--to", str(tmp_path / "new")]

    status = cli.main(["vary", small.name, "--seed", "4", "--rounds", "1", *folders])

    told = capsys.readouterr().out
    suite = small.hidden(tmp_path / "new")
    assert status == 0
    assert f"{small.name}: {len(suite)} scenarios with seed 4" in told
    assert {one.topic for one in suite} == {"flags"}
    assert not {shape(Example.of(one)) for one in suite} & {shape(Example.of(one)) for one in known}


def test_the_folder_of_a_fresh_suite_grades_a_whole_course(tmp_path: Path) -> None:
    write(found(), tmp_path)
    kept = complete(tmp_path, None)

    assert ONE.name not in kept
    for one in exercises():
        if one.kind == "scenarios" and one.name in kept:
            assert one.hidden(tmp_path) == one.hidden()
        elif one.kind == "interleavings":
            assert one.hidden_claims(tmp_path) == one.hidden_claims()
            named = {claim.setting for claim in one.hidden_claims() if claim.setting}
            assert all(one.setting(name, tmp_path).is_file() for name in named)
    assert complete(tmp_path, None) == []


def test_a_suite_does_not_replace_the_one_that_it_is_made_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path)

    status = cli.main(["vary", ONE.name, "--seed", "1", "--to", folder, "--suites", folder])

    assert status == 2
    assert "--to needs another folder" in capsys.readouterr().err


def test_an_exercise_without_a_suite_is_told_so(tmp_path: Path) -> None:
    bare = replace(ONE, folder=tmp_path)

    (tmp_path / "visible.json").write_text((ONE.folder / "visible.json").read_text())
    with pytest.raises(ValueError, match="msgrcv has no hidden suite of scenarios to begin with"):
        vary(bare, 1)
