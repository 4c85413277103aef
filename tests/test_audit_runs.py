"""The audit itself: mutants in the sandbox, verdicts, equivalents, the command."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import cli
from autograder.audit import audit, equivalent, plan
from autograder.audit.mutants import Mutant
from autograder.audit.result import Audit, Verdict, percent
from autograder.audit.runs import Kill, Runs
from autograder.exercise import Exercise, exercise
from autograder.sandbox import probe
from tests.needs import require

ONE = exercise("msgrcv")
RIGHT = ONE.accepted()["classes"]
FIRST_ONLY = "part left out: mtype == 0 or message.mtype == mtype -> mtype == 0"
NO_WAKEUP = "no wakeup: wakeup(u, q.space)"


@pytest.fixture(autouse=True)
def isolated() -> None:
    """The sandbox isolates here."""
    tier = probe()
    require(tier.isolated, f"the sandbox does not isolate: {'; '.join(tier.reasons)}")


def only(*names: str) -> Callable[[list[Mutant]], list[Mutant]]:
    """Picks mutants by name."""
    return lambda every: [one for one in every if one.name in names]


def weak(folder: Path, *names: str) -> Path:
    """A suite of msgrcv with only these of its cases."""
    cases = [case.to_json() for case in ONE.hidden() if case.id in names]
    assert len(cases) == len(names)
    (folder / ONE.name).mkdir()
    (folder / ONE.name / "hidden.json").write_text(json.dumps(cases))
    return folder


def with_reasons(folder: Path, text: str) -> Exercise:
    """The exercise, with these equivalents."""
    (folder / equivalent.FILE).write_text(text)
    return replace(ONE, folder=folder)


def group(*names: str, reason: str = "no scenario can tell this one") -> str:
    """Equivalents as they stand in a file."""
    return f"[[equivalent]]\nreason = {json.dumps(reason)}\nmutants = {json.dumps(names)}\n"


# Running


def test_a_mutant_is_killed_by_the_cases_that_fail() -> None:
    made = audit(ONE, choose=only(FIRST_ONLY, NO_WAKEUP))

    assert [one.verdict for one in made.verdicts] == ["killed", "killed"]
    assert made.verdicts[0].kills[0].rule == "selection"
    assert len(made.verdicts[0].kills) == 2
    assert (made.score, made.survivors) == (100.0, [])


def test_a_suite_that_is_too_weak_lets_a_mutant_survive(tmp_path: Path) -> None:
    suites = weak(tmp_path, "rcv-type-first-of-many")
    made = audit(ONE, suites, choose=only(FIRST_ONLY, NO_WAKEUP))

    assert [(one.mutant.name, one.verdict) for one in made.verdicts] == [
        (FIRST_ONLY, "killed"),
        (NO_WAKEUP, "survived"),
    ]
    assert made.score == 50
    assert f"SURVIVED  line {made.verdicts[1].mutant.line}  {NO_WAKEUP}" in made.report()


def test_a_suite_that_fails_the_solution_is_no_suite(tmp_path: Path) -> None:
    suites = weak(tmp_path, "rcv-type-first-of-many")
    path = suites / ONE.name / "hidden.json"
    path.write_text(path.read_text().replace('"ret": 5', '"ret": 9'))

    with pytest.raises(ValueError, match="the solution itself fails rcv-type-first-of-many"):
        audit(ONE, suites, choose=only())


@pytest.mark.parametrize(
    ("source", "how"),
    [
        (RIGHT, None),
        ("async def msgrcv(*a): return 7", "fail"),
        ("async def msgrcv(*a): raise ValueError", "raised"),
        ("async def msgrcv(*a):\n    while True:\n        pass", "endless"),
        ("import os\nasync def msgrcv(*a): os._exit(3)", "died"),
        ("def other(): pass", "died"),
        (ONE.mutants()["leaks"], "table"),
    ],
)
def test_how_a_case_fails(source: str, how: str | None) -> None:
    with Runs(ONE.name, ONE.hidden()) as runs:
        found = runs.kills(source)

    assert [kill.how for kill in found] == ([how] if how else [])


def test_the_bound_on_loops_stops_no_right_answer() -> None:
    one = exercise("ipcget")  # whose cases have the longest tables
    with Runs(one.name, one.hidden()) as runs:
        found = {name: runs.kills(source) for name, source in one.accepted().items()}

    assert {name: kills for name, kills in found.items() if kills} == {}


def test_after_a_child_that_died_the_other_cases_still_run() -> None:
    dies = RIGHT + "\nright = msgrcv\ndef msgrcv(u, q, size, mtype, flags=0, msgp=0):\n"
    dies += (
        "    import os\n    return right(u, q, size, mtype, flags, msgp) if mtype else os._exit(3)"
    )
    with Runs(ONE.name, ONE.hidden()) as runs:
        found = runs.kills(dies, 99)

    assert 2 < len(found) < len(ONE.hidden())
    assert {kill.how for kill in found} == {"died"}


# Equivalents


def test_an_equivalent_mutant_does_not_count_and_has_its_reason(tmp_path: Path) -> None:
    name = "none: before is None -> not before, in: if before is None:"
    (tmp_path / "hidden.json").write_bytes((ONE.folder / "hidden.json").read_bytes())
    made = audit(with_reasons(tmp_path, group(name)), choose=only(name, NO_WAKEUP))

    assert [one.verdict for one in made.verdicts] == ["equivalent", "killed"]
    assert (made.score, made.verdicts[0].reason) == (100.0, "no scenario can tell this one")


def test_an_equivalent_that_a_case_kills_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "hidden.json").write_bytes((ONE.folder / "hidden.json").read_bytes())
    wrong = with_reasons(tmp_path, group(NO_WAKEUP))

    with pytest.raises(ValueError, match=r"no wakeup: .* is not equivalent: the case rcv-"):
        audit(wrong, choose=only(NO_WAKEUP))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (group("no wakeup: of nobody"), r"there is no mutant 'no wakeup: of nobody' \(any more\)"),
        (group(NO_WAKEUP) * 2, "is there twice"),
        (group(NO_WAKEUP, reason="so"), "'so' is no reason"),
        ("[[equivalent]]\nreason = 'x'", "mutants"),
        ("[[equivalent]]\nreason = 5\nmutants = []", "with a reason and a list"),
        ("[[equivalent]]\nreason = ''\nmutants = 'x'", "with a reason and a list"),
        (group(NO_WAKEUP) + "more = 1", "with a reason and a list"),
        ("[[", "equivalent.toml"),
    ],
)
def test_a_list_of_equivalents_that_is_not_true_is_an_error(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        equivalent.reasons(with_reasons(tmp_path, text), {NO_WAKEUP})


# What it tells


def made_of(*kills: tuple[str, ...]) -> Audit:
    """An audit in which mutants are killed by these cases of rule r."""
    verdicts = []
    for number, cases in enumerate(kills):
        mutant = Mutant(f"m{number}", "left out", 1, "change", "source")
        verdicts.append(Verdict(mutant, tuple(Kill(case, "r", "fail") for case in cases)))
    return Audit("msgrcv", "0123", ("a", "b", "c"), ("r",), tuple(verdicts), 1.0)


def test_a_case_is_redundant_that_is_never_the_only_killer() -> None:
    assert made_of(("a", "b"), ("b",), ("a", "c")).redundant() == ["a", "c"]


def test_a_survivor_is_counted_and_never_rounded_away() -> None:
    made = made_of(*[("a",)] * 9999, ())

    assert made.operators()["left out"] == {"killed": 9999, "r": 9999, "survived": 1}
    assert percent(made.score) == "99.9 %"


def test_the_digest_changes_with_the_suite_and_not_with_its_comments(tmp_path: Path) -> None:
    given = json.loads((ONE.folder / "hidden.json").read_text())
    found = []
    (tmp_path / ONE.name).mkdir()
    for key, value in (("why", given[0]["why"]), ("why", "other"), ("uids", {"A": 7})):
        given[0][key] = value
        (tmp_path / ONE.name / "hidden.json").write_text(json.dumps(given))
        found.append(plan(ONE, tmp_path).digest)

    assert found[0] == found[1] != found[2]


def test_the_command_ends_with_1_when_a_mutant_survives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [Mutant(f"m{n}", "left out", 1, "", ONE.mutants()[n]) for n in ("eagain", "leaks")]
    monkeypatch.setattr("autograder.audit.mutants_of", lambda tree, operators: few)
    monkeypatch.setattr("autograder.audit.written", lambda one: [])
    monkeypatch.setattr(equivalent, "_groups", lambda path: [])
    suites = weak(tmp_path, "rcv-type-first-of-many")
    statuses = [cli.main(["audit", "msgrcv", "--suites", str(suites), "--json"])]
    weakly = json.loads(capsys.readouterr().out)
    statuses.append(cli.main(["audit", "msgrcv"]))

    assert statuses == [1, 0]
    assert [(one["exercise"], one["killed"], one["survived"]) for one in weakly] == [
        ("msgrcv", 1, 1)
    ]
    assert "msgrcv: 2 mutants, 2 killed, 0 equivalent, 0 survived; score 100 %" in (
        capsys.readouterr().out
    )


def test_what_cannot_be_audited_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "msgrvc"]) == 2
    assert "did you mean msgrcv?" in capsys.readouterr().err
    assert cli.main(["audit", "msgrcv", "--write", "--suites", str(tmp_path)]) == 2
    assert "--write or --suites" in capsys.readouterr().err
