"""The audit of code over cells (autograder/audit/searches.py): claims in place of scenarios."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.audit import audit, equivalent, plan, solution
from autograder.audit.mutants import Mutant
from autograder.audit.searches import FURTHER, Searches, further
from autograder.audit.source import submission
from autograder.exercise import INTERLEAVINGS, Exercise, exercise, exercises

ONE = exercise("sleep_lock")
KEPT = "lock kept: await Vprim(buf.lock) (3)"
NO_WAKEUP = "nobody woken: await wakeup(buf.event)"
FLAG = "number: 1 -> 2, in: await store(buf.locked, 1)"
WHICH = [one for one in exercises() if one.kind == INTERLEAVINGS]


def only(*names: str) -> Callable[[list[Mutant]], list[Mutant]]:
    """Picks mutants by name."""
    return lambda every: [one for one in every if one.name in names]


def weak(folder: Path, *names: str) -> Path:
    """A suite of sleep_lock with only these of its claims."""
    there = folder / ONE.name
    shutil.copytree(ONE.folder / "hidden", there / "hidden")
    given = json.loads((ONE.folder / "hidden.json").read_text())
    few = [claim | {"needs": []} for claim in given if claim["id"] in names]
    assert len(few) == len(names)
    (there / "hidden.json").write_text(json.dumps(few))
    return folder


def test_a_mutant_of_code_over_cells_is_killed_by_claims_that_do_not_hold() -> None:
    made = audit(ONE, choose=only(KEPT, NO_WAKEUP, FLAG))

    found = {one.mutant.name: [kill.case for kill in one.kills] for one in made.verdicts}
    assert found == {
        NO_WAKEUP: ["buf-again-wakeup", "buf-three-wakeup"],
        KEPT: ["buf-again-rest", "buf-three-rest"],
        FLAG: [],
    }
    assert [one.verdict for one in made.verdicts].count("equivalent") == 1


def test_a_claim_that_says_nothing_kills_nothing() -> None:
    enters = "async def sleep_lock(buf): await load(buf.locked)"
    source = submission(solution(ONE)).replace("async def sleep_lock(buf)", "async def other(buf)")
    with Searches(ONE, ONE.hidden_claims(), None) as searches:
        found = searches.kills(source + enters, 99)

    lost = {claim.id for claim in ONE.hidden_claims() if claim.needs}
    assert {"buf-again-exclusion", "buf-three-exclusion"} <= {kill.case for kill in found}
    assert {"buf-again-rest", "buf-three-rest", "buf-four-wakeup"} <= lost
    assert not {"buf-again-rest", "buf-three-rest", "buf-four-wakeup"} & {k.case for k in found}


def test_claims_that_are_too_weak_let_a_mutant_survive(tmp_path: Path) -> None:
    made = audit(ONE, weak(tmp_path, "buf-again-exclusion"), choose=only(KEPT, NO_WAKEUP))

    assert {one.mutant.name for one in made.survivors} == {KEPT, NO_WAKEUP}


def test_an_equivalent_that_breaks_a_further_claim_is_an_error(tmp_path: Path) -> None:
    folder = weak(tmp_path, "buf-again-exclusion") / ONE.name
    for name in ("systems", "further"):
        shutil.copytree(ONE.folder / name, folder / name)
    shutil.copy(ONE.folder / FURTHER, folder)
    text = (
        f'[[equivalent]]\nreason = "it sleeps on, which is {ONE.name}"\nmutants = ["{NO_WAKEUP}"]'
    )
    (folder / equivalent.FILE).write_text(text)
    wrong = replace(ONE, folder=folder)

    with pytest.raises(ValueError, match="is not equivalent: the case buf-three-again-wakeup"):
        audit(wrong, choose=only(NO_WAKEUP))


def test_what_does_not_end_and_what_is_no_lock_is_killed_the_same_each_time() -> None:
    head = submission(solution(ONE))
    loops = head + "async def sleep_unlock(buf):\n    while True: pass\n"
    with Searches(ONE, ONE.hidden_claims(), None) as searches:
        found = [[searches.kills(text, 2) for text in (loops, "x = 1", "(")] for _ in range(2)]

    assert found[0] == found[1]
    assert [len(kills) for kills in found[0]] == [2, 2, 2]


@pytest.mark.parametrize("one", WHICH, ids=lambda one: one.name)
def test_the_further_claims_are_other_ones_and_on_rules_of_the_exercise(one: Exercise) -> None:
    known = {claim.id for claim in [*one.visible_claims(), *one.hidden_claims()]}
    settings = {claim.setting for claim in further(one) if claim.setting}

    assert len(further(one)) >= 4
    assert not known & {claim.id for claim in further(one)}
    assert {claim.topic for claim in further(one)} <= one.rules.keys()
    assert {path.stem for path in one.folder.glob("further/*.py")} == settings


def test_the_digest_changes_with_a_setting_and_not_with_words(tmp_path: Path) -> None:
    suites = weak(tmp_path, "buf-four-exclusion")
    digests = [plan(ONE, suites).digest]
    hidden, four = (suites / ONE.name / name for name in ("hidden.json", "hidden/four.py"))
    hidden.write_text(hidden.read_text().replace("counts on", "depends on"))
    digests.append(plan(ONE, suites).digest)
    four.write_text(four.read_text().replace("PROCESSORS = 4", "PROCESSORS = 3"))
    digests.append(plan(ONE, suites).digest)

    assert digests[0] == digests[1] != digests[2]
