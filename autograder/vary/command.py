"""The command `kernelbook vary`: searches, and writes the suites."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns

from autograder.exercise import SCENARIOS, exercise, exercises
from autograder.vary import vary, write


def command(
    name: str | None,
    seed: int,
    to: Path,
    suites: Path | None = None,
    *,
    rounds: int,
    loose: bool = False,
) -> int:
    """Makes a fresh suite for one exercise, or for all; exit status 1 if one is not as strong.

    Raises ValueError when the folder is the one that the known suites come from.
    """
    if suites is not None and suites.resolve() == to.resolve():
        raise ValueError(f"{to} holds the suites to begin with; --to needs another folder")
    weak = False
    every = [one for one in exercises() if one.kind == SCENARIOS]
    for one in [exercise(name)] if name is not None else every:
        found = vary(one, seed, suites, rounds=rounds, progress=shown, allow_unisolated=loose)
        path = write(found, to)
        print(f"{found.report()}\n  written to {path}", flush=True)
        weak = weak or found.told < found.wrong
    kept = complete(to, suites)
    if kept:
        print(f"the others keep their known suites, which are there as well: {', '.join(kept)}")
    print(f"to grade with it: --suites {to}, or c.GradeInSandbox.suites in the course's config;")
    print(f"to audit it: kernelbook audit --suites {to}")
    return 1 if weak else 0


def complete(to: Path, suites: Path | None) -> list[str]:
    """Copies the known suites of the exercises that have none in the folder; gives their names.

    A course is graded by one folder of suites, so that none is public by mistake.
    """
    names = []
    for one in exercises():
        own = suites / one.name if suites is not None else one.folder
        folder = to / one.name
        if (folder / "hidden.json").exists() or not (own / "hidden.json").is_file():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        copyfile(own / "hidden.json", folder / "hidden.json")
        if (own / "hidden").is_dir():  # the settings of hidden claims
            copytree(own / "hidden", folder / "hidden", ignore=ignore_patterns("__pycache__"))
        names.append(one.name)
    return names


def shown(what: str, done: int, whole: int) -> None:
    """A progress bar on the terminal."""
    if sys.stderr.isatty():
        filled = 30 * done // max(whole, 1)
        bar = "#" * filled + "." * (30 - filled)
        end = "\n" if done == whole else ""
        print(f"\r[{bar}] {done}/{whole} {what:40.40}", end=end, file=sys.stderr, flush=True)
