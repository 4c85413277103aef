"""The audit of kernels that grade scenarios (autograder/audit/kernels.py), and of their grader."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder import oracle
from autograder.audit import about, audit, plan
from autograder.audit.kernels import Kernels, pool
from autograder.audit.runs import COUNTER
from autograder.breaking.claims import Own, read
from autograder.example import Example, play
from autograder.exercise import exercise
from autograder.loops import counted
from autograder.sandbox import probe
from kernel_model.kernel import Kernel
from kernel_model.targets.model import ModelTarget
from tests.needs import require

ONE = exercise("break_msgrcv")
OF = exercise("msgrcv")
FEW = 16  # scenarios of the pool: those of one answer
EARLY = "too early: q.qnum -= 1, before: copyout(u, msgp, mtype=found.mtype, data=data)"
Scenario = list[str] | dict[str, Any]


@pytest.fixture(scope="module")
def kernels() -> Kernels:
    """The kernels of the exercise, and the scenarios of one of its answers."""
    made = Kernels(ONE)
    made.pool = made.fair(pool(ONE)[:FEW])
    return made


@pytest.fixture(scope="module")
def mutants() -> dict[str, str]:
    """The mutants that are audited, by name."""
    return {one.name: one.source for one in plan(ONE).mutants}


def test_a_kernel_stands_for_a_mutant_that_is_told_by_all_that_tells_the_kernel(
    kernels: Kernels, mutants: dict[str, str]
) -> None:
    told = kernels.told(mutants[EARLY])
    assert isinstance(told, frozenset)
    strongest = [pair for at, pair in enumerate(kernels.pool) if at not in told]

    assert 0 < len(told) < len(kernels.pool)
    assert [kill.case for kill in kernels.kills(mutants[EARLY], 99)] == [
        kill.case for kill in kernels.untold(strongest)
    ]
    assert "reader_before_copying" in [kill.case for kill in kernels.kills(mutants[EARLY], 99)]


def test_without_the_kernel_that_stands_for_it_a_mutant_survives(
    kernels: Kernels, mutants: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {kill.case for kill in kernels.kills(mutants[EARLY], 99)}
    left = {name: graded for name, graded in kernels.graded.items() if name not in found}
    monkeypatch.setattr(kernels, "graded", left)

    assert kernels.kills(mutants[EARLY], 99) == []


def test_a_kernel_that_no_scenario_tells_may_not_grade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.audit.kernels.pool", lambda one: pool(one)[:FEW])
    for name in ("accepted", "practice"):
        (tmp_path / name).symlink_to(ONE.folder / name)
    (tmp_path / "kernels.toml").write_text('sleep = ["sleeps_at_pwait"]')

    with (
        pytest.raises(ValueError, match="no scenario tells sleeps_at_pwait, which grades"),
        Kernels(replace(ONE, folder=tmp_path)),
    ):
        pass


def test_the_right_kernel_is_told_by_nothing_and_a_bad_answer_misses_kernels(
    kernels: Kernels,
) -> None:
    assert kernels.kills(OF.accepted()["classes"], 99) == []
    assert len(kernels.kills(ONE.mutants()["empty"], 999)) == len(kernels.graded)
    assert kernels.kills(ONE.mutants()["no_list"], 1) == kernels.kills(ONE.mutants()["empty"], 1)
    assert 0 < len(kernels.kills(ONE.mutants()["no_errors"], 999)) < len(kernels.graded)


# The grader, held against a count of our own


def answer() -> list[Scenario]:
    """Some scenarios of an accepted answer, as data."""
    names: dict[str, Any] = {}
    exec(ONE.accepted()["compact"], names)
    given: list[Scenario] = json.loads(json.dumps(names[ONE.name]()))
    return given[:4]


def without_a_scenario(given: list[Scenario]) -> list[Scenario]:
    return given[1:]


def without_a_call(given: list[Scenario]) -> list[Scenario]:
    first = given[0]
    assert isinstance(first, list)
    assert first[8].startswith("A.msgctl")
    return [[*first[:8], *first[9:]]]


def with_another_argument(given: list[Scenario]) -> list[Scenario]:
    first = given[0]
    assert isinstance(first, list)
    assert first[6] == "A.msgrcv(q, 9, 2)"
    return [[*first[:6], "A.msgrcv(q, 9, 5)", *first[7:]]]


def came(example: Example, source: str | None) -> object:
    """What comes of every call on a kernel: the right one, or that of a source."""

    def prepare(kernel: Kernel) -> None:
        if source is not None:
            module = ModuleType("submission")
            sys.modules["submission"] = module
            exec(COUNTER + counted(source), module.__dict__)
            kernel.install(getattr(module, OF.name), OF.name)

    try:
        found = list(play(example, ModelTarget("classic", prepare)))
    except BaseException as error:
        return type(error)
    words = ("why", "on", "line")
    return [
        {who: {k: v for k, v in one.items() if k not in words} for who, one in step.items()}
        for step in found
    ]


def told_by(every: list[Own]) -> set[str]:
    """The graded kernels that differ in what comes of a call."""
    sources, names = OF.mutants(), [name for some in ONE.kernels().values() for name in some]
    right = [(one.example, came(one.example, None)) for one in every]
    return {name for name in names if any(came(one, sources[name]) != said for one, said in right)}


@pytest.mark.parametrize("change", [without_a_scenario, without_a_call, with_another_argument])
def test_a_changed_answer_has_just_the_kernels_that_its_scenarios_tell(
    change: Callable[[list[Scenario]], list[Scenario]],
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    given = change(answer())
    every, unfit = read(given)
    made = oracle.grade(ONE.name, [f"def {ONE.name}():\n    return {given!r}\n"])

    assert not unfit
    assert made.notes == []
    passed = {case.id.removeprefix(f"{ONE.name}-") for case in made.cases if case.passed}
    assert passed == told_by(every)


def test_scenarios_that_students_write_are_audited_about_their_function() -> None:
    made = audit(ONE, choose=lambda every: every[:0])

    assert (about(ONE).name, about(OF).name) == (OF.name, OF.name)
    assert (made.exercise, made.verdicts) == (ONE.name, ())
