"""Every exercise over cells is sound: its claims tell right from wrong, and nothing else."""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.exercise import INTERLEAVINGS, Exercise, exercise, exercises
from autograder.interleavings import here
from autograder.interleavings.claims import load
from autograder.interleavings.looking import found
from autograder.interleavings.story import told
from autograder.interleavings.systems import setting
from tests.interleaving_runs import failing

ALL = [one for one in exercises() if one.kind == INTERLEAVINGS]
MUTANTS = [(one, name) for one in ALL for name in one.mutants()]
ACCEPTED = [(one, name) for one in ALL for name in one.accepted()]
SLOW = {"black_white_bakery"}  # whose third processor has ten thousand states; two are looked at


def each(pairs: list[tuple[Exercise, str]]) -> Any:
    return pytest.mark.parametrize(
        ("one", "name"), pairs, ids=[f"{one.name}-{name}" for one, name in pairs]
    )


every = pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])


def solution(one: Exercise) -> str:
    module = importlib.import_module(one.solution.partition(":")[0])
    return Path(str(module.__file__)).read_text("utf-8")


@every
def test_the_stub_counts_as_not_written(one: Exercise) -> None:
    found = failing(one, one.stub, [*one.visible_claims(), *one.hidden_claims()])

    assert len(found) == len([c for c in one.hidden_claims() if c.processors <= 3]) + len(
        one.visible_claims()
    )
    assert any("NotImplementedError: " in said for said in found.values())


@every
def test_the_solution_fails_nothing(one: Exercise) -> None:
    assert failing(one, solution(one), [*one.visible_claims(), *one.hidden_claims()]) == {}


@each(ACCEPTED)
def test_a_right_answer_in_another_style_fails_nothing(one: Exercise, name: str) -> None:
    most = 2 if name in SLOW else 3
    claims = [*one.visible_claims(), *one.hidden_claims()]

    assert failing(one, one.accepted()[name], claims, most) == {}


@every
def test_every_mutant_fails_a_claim_and_every_rule_is_broken_by_one_that_keeps_another(
    one: Exercise,
) -> None:
    rules = {claim.topic for claim in one.hidden_claims()}
    topics = {claim.id: claim.topic for claim in one.hidden_claims()}
    broken_by = {
        name: {topics[id_] for id_ in failing(one, text, one.hidden_claims())}
        for name, text in one.mutants().items()
    }
    each = broken_by.values()

    assert [name for name, broken in broken_by.items() if not broken] == []
    assert rules == one.rules.keys()
    assert set().union(*each) == rules
    assert sum(broken < rules for broken in each) >= 10


@every
def test_there_are_enough_claims_mutants_and_right_answers(one: Exercise) -> None:
    assert len(one.visible_claims()) >= 3
    assert len(one.hidden_claims()) >= 8
    assert len(one.mutants()) >= 15
    assert len(one.accepted()) >= 5


@every
def test_the_stub_has_the_signatures_and_the_docstrings_of_the_solution(one: Exercise) -> None:
    names: dict[str, Any] = {}
    exec(one.stub, names)
    module = importlib.import_module(one.solution.partition(":")[0])

    for function in one.functions:
        stub, known = names[function], getattr(module, function)
        assert inspect.getdoc(stub) == inspect.getdoc(known)
        assert inspect.iscoroutinefunction(stub) == inspect.iscoroutinefunction(known)
        assert list(inspect.signature(stub).parameters) == list(inspect.signature(known).parameters)


@every
def test_every_claim_names_its_misconception_and_its_fact(one: Exercise) -> None:
    for claim in [*one.visible_claims(), *one.hidden_claims()]:
        assert len(claim.why) > 20, claim.id
        assert len(claim.fact) > 20, claim.id
        assert claim.topic in one.rules, claim.id


@every
def test_a_setting_says_in_a_sentence_or_two_what_the_processors_do(one: Exercise) -> None:
    asked = {c.setting for c in [*one.visible_claims(), *one.hidden_claims()] if c.setting}
    shown = {claim.setting for claim in one.visible_claims() if claim.setting}

    assert {path.stem for path in one.folder.glob("systems/*.py")} == shown
    assert {path.stem for path in one.folder.glob("hidden/*.py")} == asked - shown
    for name in asked:
        says = setting(one.setting(name)).says
        assert re.fullmatch(r"[A-Z].{30,200}[.]", says), says


def test_a_setting_that_is_not_there_is_told() -> None:
    with pytest.raises(FileNotFoundError, match="sleep_lock: there is no setting seven"):
        exercise("sleep_lock").setting("seven")


def test_the_claims_of_all_exercises_have_different_names() -> None:
    names = [c.id for one in ALL for c in [*one.visible_claims(), *one.hidden_claims()]]

    assert len(names) == len(set(names))


@every
def test_the_text_tells_what_is_given_to_write_fixed_and_free(one: Exercise) -> None:
    headings = re.findall(r"^#+ (.*)$", one.text, re.MULTILINE)

    assert headings[0].startswith(f"`{one.name}`: ")
    assert headings[1:] == ["Given", "To write", "Fixed", "Free", "Example"]
    assert "Bach" in one.text
    for function in one.functions:
        assert re.search(rf"^(async )?def {function}\(", one.text, re.MULTILINE)


@every
def test_the_hints_go_from_a_question_to_a_near_answer(one: Exercise) -> None:
    question, nudge, near = one.hints

    assert question.endswith("?")
    assert "?" not in near
    assert len(nudge) > 100 < len(near)


@each(MUTANTS)
def test_a_mutant_says_in_its_first_line_what_is_wrong(one: Exercise, name: str) -> None:
    first = one.mutants()[name].splitlines()[0]

    assert re.fullmatch(r'""".{15,}\."""', first), first


def test_the_example_of_the_lock_is_the_shortest_schedule_that_breaks_it() -> None:
    wanted = next(one for one in ALL if one.name == "Pprim_Vprim")
    text = wanted.text.partition("### Example")[2]
    code, shown = text.split("```")[1].removeprefix("python\n"), text.split("```")[3]
    lock = (
        "from kernel_model.explore import Shared, load, store\n"
        "def semaphore(n):\n    return Shared(wants=[0] * n)\n"
        f"{code}\n"
        "async def Vprim(sem, procid, n):\n    await store(sem.wants[procid], 0)\n"
    )
    claims = wanted.visible_claims()
    claim = next(one for one in claims if (one.property, one.processors) == ("mutex", 2))

    calls = told(found(wanted, claim, claims, here.asking([lock], wanted)))["calls"]

    assert [re.sub(r" +\(line \d+\)$", "", line) for line in calls] == shown[1:-1].splitlines()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"property": "mutex"', '"property": "peace"'), "there is no property peace"),
        (('"needs": ["lock-alone"', '"needs": ["lock-later"'), "needs a claim that does not"),
        (('"why"', '"colour"'), "colour"),
        (('"processors": 3', '"setting": "three"'), "there is no property"),
        (('"processors": 3', '"processors": 0'), "a setting, or a number of processors"),
        (("[", "", 1), "Extra data|Expecting"),
    ],
)
def test_a_malformed_claim_is_told(tmp_path: Path, change: Any, said: str) -> None:
    one = next(one for one in ALL if one.name == "Pprim_Vprim")
    path = tmp_path / "hidden.json"
    path.write_text((one.folder / "hidden.json").read_text().replace(*change))

    with pytest.raises(ValueError, match=said):
        load(path)
