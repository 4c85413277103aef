"""The command `kernelbook choose`: chooses, prints what is kept and why, and writes it."""

from __future__ import annotations

from pathlib import Path

from autograder.exercise import SCENARIOS, Exercise, exercise, exercises
from autograder.vary import vary
from autograder.vary.choose import Choice, choose, standing
from autograder.vary.chosen import Section, apply, read, row, section, state, write
from autograder.vary.command import shown
from autograder.vary.pool import SAMPLE, pool
from kernel_model.scenario import Scenario
from kernel_model.scenario.format import load


def command(
    name: str | None,
    seed: int,
    suites: Path | None = None,
    wrong: Path | None = None,
    *,
    sample: int = SAMPLE,
    writes: bool = False,
    loose: bool = False,
) -> int:
    """Chooses for one exercise, or for all; exit status 1 where a case could go or come.

    `suites` is a folder that `kernelbook vary` made with this seed; without it the search is made
    now. `wrong` is a folder of further wrong answers, `<exercise>/*.py`.
    """
    page, differs = read(), False
    for one in asked(name):
        before = page.get(one.name)
        made = chosen(one, seed, suites, wrong, sample, loose)
        gone = [*earlier(before, made), *made.dropped]
        print(section(made, gone), flush=True)
        changed = bool(made.dropped or made.found)
        differs = differs or changed
        if writes:
            apply(made, one.folder / "hidden.json")
            line = row(made) if changed or before is None else before.row
            put(one.name, line, section(made, gone))  # with the digest of what is now
    return 1 if differs and not writes else 0


def kept(name: str | None, seed: int, *, writes: bool = False) -> int:
    """Holds cases as they stand against the wrong answers; exit status 1 where the page differs."""
    page, differs = read(), False
    for one in asked(name):
        if one.name not in page or page[one.name].seed != seed:
            raise ValueError(f"docs/chosen.md has no {one.name} that was chosen with seed {seed}")
        before, now = page[one.name], state(one.name, seed)
        made = standing(one, seed, {}, shown)
        text = section(made, earlier(before, made))
        if now not in text:
            raise ValueError(f"{one.name} was changed while its cases were counted; run it again")
        print(text, flush=True)
        differs = differs or text != before.text
        if writes:
            put(one.name, before.row, text)
    return 1 if differs and not writes else 0


def earlier(before: Section | None, made: Choice) -> list[str]:
    """What the page says has gone, but what is there again."""
    there = {case.id for case in made.pool.known}
    return [case for case in before.dropped if case not in there] if before else []


def asked(name: str | None) -> list[Exercise]:
    """The exercises with this name, or all with scenarios."""
    if name is None:
        return [one for one in exercises() if one.kind == SCENARIOS]
    if exercise(name).kind != SCENARIOS:
        raise ValueError(f"{name} has no suite of scenarios to choose from")
    return [exercise(name)]


def put(name: str, line: str, text: str) -> None:
    """Puts the section of an exercise on the page."""
    write({name: Section(line, text, [], [])}, [one.name for one in exercises()])


def chosen(
    one: Exercise, seed: int, suites: Path | None, wrong: Path | None, sample: int, loose: bool
) -> Choice:
    """What is chosen for an exercise."""
    found: list[Scenario] = []
    if suites is None:
        found = vary(one, seed, progress=shown, allow_unisolated=loose).suite
    else:
        found = load(suites / one.name / "hidden.json")
    more = {}
    if wrong is not None:
        files = sorted((wrong / one.name).glob("*.py"))
        more = {file.stem: file.read_text(encoding="utf-8") for file in files}
    every, before = pool(one, seed, found, more, shown, sample), read().get(one.name)
    stay = {case.id for case in every.known} if before and before.elsewhere and not more else set()
    return choose(one, seed, every, stay)
