"""Hidden cases are chosen by what they tell (vary/choose.py), and docs/chosen.md says so."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import cli
from autograder.exercise import (
    BREAKS,
    INTERLEAVINGS,
    SCENARIOS,
    Exercise,
    exercise,
    exercises,
)
from autograder.vary import choosing
from autograder.vary import chosen as page_of
from autograder.vary import lonely as lonely_cases
from autograder.vary.blame import silent
from autograder.vary.choose import Choice, choose, readable, standing
from autograder.vary.chosen import apply, cases, read, section, state
from autograder.vary.fewest import fewest, needs, worth
from autograder.vary.lonely import lonely
from autograder.vary.pool import Pool, hold, kind, of_accepted, pool
from kernel_model.scenario import Scenario
from kernel_model.scenario.format import load

ROOT = Path(__file__).parents[1]
CASE = re.compile(r"`([a-z]+-[a-z0-9-]+)`")
ONE = exercise("detachreg")
KNOWN = ONE.hidden()


def case(name: str, rule: str = "one", steps: int = 1) -> Scenario:
    calls = [{"proc": "A", "call": "fork", "args": ["B"], "expect": {"ret": "pos"}}] * steps
    given = {"id": name, "topic": rule, "uids": {"A": 0}, "steps": calls}
    return Scenario.from_json(given)


MANY = [case(f"c{number}") for number in range(16)]


def test_a_case_is_needed_by_what_fewer_than_two_others_tell_or_none_on_its_rule() -> None:
    assert needs({"a": "one", "b": "one"}, "a")
    assert needs({"a": "one", "b": "two", "c": "two"}, "a")
    assert not needs({"a": "one", "b": "one", "c": "two"}, "a")
    assert not needs({"b": "one"}, "a")


def test_what_others_tell_as_well_goes_as_long_as_a_suite_and_its_rules_keep_enough() -> None:
    tells = {f"wrong {one.id}": {one.id: "one", "c0": "one", "c1": "one"} for one in MANY}

    kept = fewest(MANY, tells, ["one"])

    assert len(kept) == 14
    assert {"c0", "c1"} <= {*kept}
    assert {"c3", "c4"} <= {*fewest(MANY, {name: {name: "one"} for name in ("c3", "c4")}, ["one"])}
    assert fewest(MANY[:14], tells, ["one"]) == [one.id for one in MANY[:14]]
    alone = [*MANY[:15], case("only", "two")]
    assert "only" in fewest(alone, {}, ["one", "two"])


def test_what_must_stay_does() -> None:
    tells = {f"wrong {one.id}": {one.id: "one", "c0": "one", "c1": "one"} for one in MANY}
    gone = {one.id for one in MANY} - {*fewest(MANY, tells, ["one"])}

    assert len(gone) == 2
    assert gone <= {*fewest(MANY, tells, ["one"], gone)}


def test_a_case_that_alone_tells_a_mutant_of_an_accepted_answer_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also a mutant that is in no sample; of several cases that tell the same one stays."""
    wrong = {"does nothing": "def detachreg(u, entry): return None", **ONE.accepted()}
    monkeypatch.setattr(lonely_cases, "all_of_accepted", lambda one: wrong)
    first, same, others = KNOWN[0], replace(KNOWN[0], id="same"), KNOWN[1:3]

    assert lonely(ONE, [first], others) == set()
    assert lonely(ONE, [first], []) == {first.id}
    assert lonely(ONE, [first, same], []) == {"same"}
    assert lonely(ONE, [], []) == set()


def test_a_found_case_comes_in_for_what_nobody_tells_or_for_many_told_once() -> None:
    new, second, few = case("new"), case("second"), case("few")
    tells = {"never told": {"new": "one"}}
    tells |= {f"once {n}": {"c0": "one", "second": "one"} for n in range(8)}
    tells |= {f"other {n}": {"c1": "one", "few": "one"} for n in range(7)}

    assert worth([few, second, new], ["c0", "c1"], tells) == [new, second]


@pytest.fixture(scope="module")
def chosen() -> Choice:
    """Of the known cases but one, which is in the pool as if it had been found."""
    few = Pool(KNOWN[1:], KNOWN[:1], {}, Counter(), {})
    made = pool(ONE, 7, [], {"does nothing": "def detachreg(u, entry): return None"}, silent, 3)
    first = KNOWN[0].id
    few.wrong.update(made.wrong)
    few.tells.update(made.tells)
    assert any(first in told for told in few.tells.values())
    return choose(ONE, 7, few)


def test_every_wrong_answer_stays_told_twice_where_the_pool_has_two(chosen: Choice) -> None:
    for answer, told in chosen.pool.tells.items():
        assert len(chosen.tells[answer]) >= min(2, len(told)), answer
        assert {*chosen.tells[answer].values()} <= {*told.values()}
    assert chosen.pool.wrong.keys() >= chosen.pool.tells.keys()
    assert "elsewhere: does nothing" in chosen.pool.tells


def test_the_kept_are_written_as_they_were_and_the_found_with_where_they_come_from(
    chosen: Choice, tmp_path: Path
) -> None:
    file = tmp_path / "hidden.json"
    before = (ONE.folder / "hidden.json").read_text(encoding="utf-8")
    file.write_text(before, encoding="utf-8")

    apply(chosen, file)
    texts = dict(cases(before))

    for one, (name, text) in zip(load(file), cases(file.read_text("utf-8")), strict=True):
        assert one.id == name
        assert text == texts.get(name, text)
        assert name in section(chosen, chosen.dropped)
        if name not in texts:
            assert one.notes["from"] == "kernelbook choose detachreg --seed 7"


def test_mutants_of_accepted_answers_are_picked_by_the_seed() -> None:
    some = of_accepted(ONE, 7, 5)

    assert len(some) == 5
    assert {kind(name) for name in some} == {"accepted"}
    assert of_accepted(ONE, 7, 5) == some
    assert of_accepted(ONE, 8, 5) != some


def test_a_found_case_is_made_small_and_still_tells_what_it_is_needed_for(chosen: Choice) -> None:
    name = KNOWN[0].id
    tells = {answer: {name: "entry"} for answer, told in chosen.pool.tells.items() if name in told}
    answer = min(tells)

    small = readable(ONE, KNOWN[0], {answer: tells[answer]}, chosen.pool)

    assert len(small.steps) <= len(KNOWN[0].steps)
    assert (small.topic, small.notes) == (KNOWN[0].topic, KNOWN[0].notes)


def test_the_figures_of_a_choice_are_those_of_its_cases_against_all_wrong_answers(
    chosen: Choice,
) -> None:
    """Also those of a found case, which was made small since it was in the pool."""
    every = hold(ONE.name, chosen.pool.wrong, chosen.kept, silent)

    assert chosen.tells == every
    assert {*every["elsewhere: does nothing"]}
    assert len(chosen.ours()) == len(every) - 1


def test_the_page_has_the_cases_that_there_are_and_its_figures_are_of_today() -> None:
    page = read()

    for one in exercises():
        if one.kind == SCENARIOS:
            there = page[one.name]
            assert there.cases == [each.id for each in one.hidden()], one.name
            assert not {*there.cases} & {*there.dropped}
            command = f"kernelbook choose {one.name} --seed {there.seed} --kept --write"
            assert f"Digest: `{state(one.name, there.seed)}`" in there.text, f"run: {command}"


def test_what_the_page_says_is_counted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of one exercise; the digests stand for the others."""
    text = page_of.PAGE.read_text(encoding="utf-8")
    false = tmp_path / "chosen.md"
    false.write_text(
        text.replace("`dr-unlocked` | counts | 0 |", "`dr-unlocked` | counts | 1 |"),
        encoding="utf-8",
    )
    asked = ["choose", ONE.name, "--seed", "7", "--kept"]
    made = standing(ONE, 7, {}, silent)
    monkeypatch.setattr(choosing, "standing", lambda *given: made)

    assert cli.main(asked) == 0
    assert read()[ONE.name].text.strip() == capsys.readouterr().out.strip()
    monkeypatch.setattr(choosing, "read", lambda: read(false))
    assert cli.main(asked) == 1
    assert cli.main(["choose", ONE.name, "--seed", "8", "--kept"]) == 2
    assert "chosen with seed 8" in capsys.readouterr().err


def test_choosing_again_leaves_on_the_page_what_was_chosen_before(
    chosen: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of what has gone, and the line of the table where nothing goes or comes now."""
    again = replace(chosen, pool=replace(chosen.pool, known=KNOWN), kept=(*KNOWN,))
    less = replace(again, kept=(*KNOWN[1:],))
    before = {ONE.name: replace(read()[ONE.name], row="as it was", dropped=["gone-before"])}
    put: list[tuple[str, str]] = []
    monkeypatch.setattr(choosing, "read", lambda: before)
    monkeypatch.setattr(choosing, "apply", lambda made, path: None)
    monkeypatch.setattr(choosing, "put", lambda name, line, text: put.append((line, text)))
    for made in (again, less):
        monkeypatch.setattr(choosing, "chosen", lambda *given, made=made: made)
        assert cli.main(["choose", ONE.name, "--seed", "7", "--write"]) == 0

    assert [line for line, _ in put] == ["as it was", page_of.row(less)]
    assert [text.rpartition("of it: ")[2] for _, text in put] == [
        "`gone-before`.\n",
        f"`gone-before`, `{KNOWN[0].id}`.\n",
    ]


def test_no_known_case_goes_without_the_answers_from_elsewhere_that_were_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong" / ONE.name).mkdir(parents=True)
    (tmp_path / "wrong" / ONE.name / "one.py").write_text("def detachreg(u, entry): ...\n", "utf-8")
    stays: list[set[str]] = []
    row = {name: f"| {name} | 7 | 14 | 14 | 3 {name} |" for name in ("accepted", "elsewhere")}
    monkeypatch.setattr(choosing, "pool", lambda *given: Pool(KNOWN, [], {}, Counter(), {}))
    monkeypatch.setattr(choosing, "choose", lambda one, seed, every, stay: stays.append(stay))
    for kind_there, folder in (("accepted", None), ("elsewhere", None), ("elsewhere", "wrong")):
        page = {ONE.name: replace(read()[ONE.name], row=row[kind_there])}
        monkeypatch.setattr(choosing, "read", lambda page=page: page)
        more = tmp_path / folder if folder else None
        choosing.chosen(ONE, 7, ONE.folder.parent, more, 150, False)

    assert stays == [set(), {one.id for one in KNOWN}, set()]


def test_no_page_names_a_case_that_is_not_there() -> None:
    there = {case for one in exercises() for case in names(one)}
    heads = {case.partition("-")[0] for case in there}

    assert len(there) > 500
    for page in sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]):
        for line in page.read_text(encoding="utf-8").splitlines():
            named = [] if line.startswith("Dropped, ") else CASE.findall(line)
            gone = [name for name in named if name.partition("-")[0] in heads]
            assert not {*gone} - there, f"{page.name}: {line}"


def names(one: Exercise) -> list[str]:
    """Of all cases of an exercise, visible and hidden."""
    if one.kind == BREAKS:
        return []
    if one.kind == INTERLEAVINGS:
        return [case.id for case in one.visible_claims() + one.hidden_claims()]
    return [case.id for case in one.visible() + one.hidden()]


def test_only_scenarios_are_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["choose", "sleep_lock", "--seed", "7"]) == 2

    assert "no suite of scenarios" in capsys.readouterr().err
