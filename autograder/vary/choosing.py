"""The command `kernelbook choose`: chooses, prints what is kept and why, and writes it."""

from __future__ import annotations

import resource
from pathlib import Path

from autograder.exercise import SCENARIOS, Exercise, exercise, exercises
from autograder.vary import vary
from autograder.vary.choose import Choice, choose
from autograder.vary.chosen import apply, section, write
from autograder.vary.command import shown
from autograder.vary.pool import SAMPLE, pool
from kernel_model.scenario import Scenario
from kernel_model.scenario.format import load

MEMORY = 4 << 30  # bytes; a wrong answer that takes more fails


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
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    every = [one for one in exercises() if one.kind == SCENARIOS]
    differs = False
    for one in [exercise(name)] if name is not None else every:
        made = chosen(one, seed, suites, wrong, sample, loose)
        print(section(made), flush=True)
        differs = differs or bool(made.dropped or made.found)
        if writes:
            apply(made, one.folder / "hidden.json")
            write([made], [each.name for each in every])
    return 1 if differs and not writes else 0


def chosen(
    one: Exercise, seed: int, suites: Path | None, wrong: Path | None, sample: int, loose: bool
) -> Choice:
    """What is chosen for an exercise."""
    if one.kind != SCENARIOS:
        raise ValueError(f"{one.name} has no suite of scenarios to choose from")
    found: list[Scenario] = []
    if suites is None:
        found = vary(one, seed, progress=shown, allow_unisolated=loose).suite
    else:
        found = load(suites / one.name / "hidden.json")
    more = {}
    if wrong is not None:
        files = sorted((wrong / one.name).glob("*.py"))
        more = {file.stem: file.read_text(encoding="utf-8") for file in files}
    return choose(one, seed, pool(one, seed, found, more, shown, sample))
