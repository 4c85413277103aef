"""The page of the audits (docs/audit.md): what is on it, and that it is of today."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from autograder.audit import Plan, audit, bare, plan, table
from autograder.audit.command import audited
from autograder.audit.mutants import Mutant
from autograder.audit.result import FOUND, Audit, Verdict
from autograder.audit.runs import Kill
from autograder.exercise import BREAKS, INTERLEAVINGS, SCENARIOS, Exercise, exercise
from autograder.sandbox import probe
from tests.needs import require


def made(exercise: str, digest: str, reason: str = "nobody can tell") -> Audit:
    """An audit with one mutant killed and one equivalent."""
    killed = Mutant("left out: x", "left out", 5, "x", "source")
    same = Mutant("by hand: y", "by hand", 0, "y", "source")
    verdicts = (Verdict(killed, (Kill("case", "sleep", "fail"),)), Verdict(same, (), reason))
    return Audit(exercise, digest, ("case", "other"), ("sleep",), verdicts, 1.0, ("other",))


def test_the_page_has_a_line_and_a_section_for_each_exercise(tmp_path: Path) -> None:
    page = tmp_path / "audit.md"
    table.write([made("one", "aaa"), made("two", "bbb")], ["two", "one"], page)
    text = page.read_text()

    assert text.index("| [two](#two) | 2 | 1 | 2 | 1 | 1 | 1 | 0 | 100 % |") < text.index("| [one]")
    assert "| left out | a statement is forgotten | 1 |  |  |" in text
    assert "Cases that are never the only one to kill a mutant: `other`." in text
    assert "Cases that a search found: `other`." in text
    assert "Nobody can tell:\n\n- `by hand: y`\n" in text
    assert table.digests(page) == {"one": "aaa", "two": "bbb"}


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page, order = tmp_path / "audit.md", ["one", "two", "gone"]
    table.write([made(name, "aaa") for name in order], order, page)
    table.write([made("two", "bbb")], order[:2], page)
    again = tmp_path / "again.md"
    table.write([made("one", "aaa"), made("two", "bbb")], order, again)

    assert table.digests(page) == {"one": "aaa", "two": "bbb"}
    assert page.read_text() == again.read_text()


def test_a_survivor_stands_on_the_page(tmp_path: Path) -> None:
    table.write([made("one", "aaa", reason="")], ["one"], tmp_path / "audit.md")
    text = (tmp_path / "audit.md").read_text()

    assert "| [one](#one) | 2 | 1 | 2 | 1 | 1 | 0 | 1 | 50.0 % |" in text
    assert "SURVIVED:\n\n- `by hand: y`\n" in text


def test_outside_of_a_checkout_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="the page is written in a checkout"):
        table.write([made("one", "aaa")], ["one"], tmp_path / "docs" / "audit.md")


# The page that is there

STALE = "the page is of another day: run `kernelbook audit --write`"
SAMPLE = {SCENARIOS: 120, INTERLEAVINGS: 150}  # of so many mutants one is run again
LEAST = 3  # that are run again
SAME = 2  # so many of those that are equivalent, where it takes a search


@cache
def planned(name: str) -> Plan:
    """What would run of an exercise; all its mutants are made once."""
    return plan(exercise(name))


def test_the_page_is_of_today() -> None:
    assert table.digests() == {one.name: planned(one.name).digest for one in audited()}, STALE


def test_the_page_tells_how_many_cases_were_found() -> None:
    rows, sections = table.read()

    for one in audited():
        cases = one.hidden() if one.kind == SCENARIOS else []
        found = [case.id for case in cases if FOUND in case.notes]
        assert rows[one.name].split(" | ")[2] == str(len(found)), STALE
        assert all(f"`{name}`" in sections[one.name] for name in found)
        assert all("-found-" in name for name in found)


def test_where_a_case_comes_from_does_not_count_for_the_digest() -> None:
    case = exercise("semop").hidden()[-3]
    other = replace(case, notes=case.notes | {FOUND: "elsewhere", "why": "other words"})
    without = replace(case, notes={key: case.notes[key] for key in case.notes if key != FOUND})

    assert bare(case) == bare(other) == bare(without)
    assert bare(case) != bare(replace(case, topic="other"))


def test_on_the_page_nothing_survives() -> None:
    rows, sections = table.read()

    assert rows.keys() == sections.keys() == {one.name for one in audited()}
    assert [row for row in rows.values() if not row.endswith(" | 0 | 100 % |")] == []
    assert "SURVIVED" not in table.PAGE.read_text(encoding="utf-8")


RUN = [one for one in audited() if one.kind != BREAKS]  # its kernels: tests/test_audit_kernels.py


@pytest.mark.parametrize("one", RUN, ids=lambda one: one.name)
def test_a_sample_of_the_mutants_is_killed_and_the_equivalent_ones_are_not(one: Exercise) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    reasons = planned(one.name).reasons
    same = [*reasons] if one.kind == SCENARIOS else [*reasons][:SAME]

    def sample(every: list[Mutant]) -> list[Mutant]:
        step = min(SAMPLE[one.kind], len(every) // LEAST)
        return [m for at, m in enumerate(every) if at % step == 0 or m.name in same]

    made = audit(one, choose=sample)

    assert len(made.verdicts) >= LEAST
    assert made.survivors == []
    assert made.count("equivalent") >= len(same) > 0
