"""The student edition: the whole kernel, working, with the exercised functions sealed.

A folder to hand out, and a wheel in it. What is in it is listed here; nothing else gets in.
Every edition is searched for leaks before it takes its place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from autograder.breaking.practice import FILE, pack
from autograder.editions.assignments import ReleaseError, released_assignments, released_lectures
from autograder.editions.folders import Files, write
from autograder.editions.functions import Exercised
from autograder.editions.leaks import find, secrets_of
from autograder.editions.project import ROOT, project, student_project
from autograder.editions.seal import sealed_kernel
from autograder.editions.wheel import build_wheel
from autograder.exercise import BREAKS, Exercise, exercises

GRADER = Path(__file__).parents[1]
STUDENT = Path(__file__).with_name("student")
MODULES = (  # of autograder
    "__init__.py",
    "apart.py",
    "breaking/__init__.py",
    "breaking/claims.py",
    "breaking/notebook.py",
    "breaking/practice.py",
    "cells.py",
    "checked.py",
    "checks.py",
    "differing.py",
    "example.py",
    "exercise.py",
    "grown.py",
    "grown_calls.py",
    "guard.py",
    "history.py",
    "named.py",
    "parting.py",
    "picture.py",
    "progress_page.py",
    "renaming.py",
    "shrink.py",
    "smaller.py",
    "step_words.py",
    "submission.py",
    "words.py",
    *(
        f"interleavings/{name}.py"
        for name in (
            "__init__",
            "answers",
            "callees",
            "calls",
            "claims",
            "findings",
            "here",
            "looking",
            "shown",
            "story",
            "systems",
            "taken",
            "told",
        )
    ),
    *(f"measure/{path.name}" for path in sorted((GRADER / "measure").glob("*.py"))),
)
TOLD = ("text.md", "stub.py", "after.md", "visible.json")  # of an exercise
KEYS = (
    "name",
    "functions",
    "assignment",
    "number",
    "title",
    "kind",
    "of",
    "full",
    "points",
    "operations",
    "sleepless",
    "tables",
    "tells",
    "hints",
    "rules",
)
LEAKS_SHOWN = 5


@dataclass(frozen=True)
class Release:
    """A student edition."""

    folder: Path
    wheel: Path | None
    version: str
    sealed: tuple[str, ...]  # exercises whose functions are sealed
    open: tuple[str, ...]  # exercises whose functions can be read
    assignments: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"student edition {self.version} in {self.folder}",
            f"  sealed       {', '.join(self.sealed) or 'nothing'}",
            f"  open         {', '.join(self.open) or 'nothing'}",
            f"  assignments  {', '.join(self.assignments) or 'none'}",
        ]
        return "\n".join([*lines, *([f"  wheel        {self.wheel}"] if self.wheel else [])])


def release(to: Path, open_assignments: Iterable[str] = (), wheel: bool = True) -> Release:
    """Makes the student edition in the folder `to`, in place of an earlier one.

    The functions of `open_assignments` can be read. Raises ValueError for an assignment that does
    not exist and for a folder that holds something else, ReleaseError when something would leak.
    """
    opened = tuple(open_assignments)
    every = exercises()
    known = sorted({one.assignment for one in every})
    for name in opened:
        if name not in known:
            raise ValueError(f"there is no assignment {name!r}; there are {', '.join(known)}")
    closed = [one for one in every if one.assignment not in opened]
    _refuse_to_overwrite(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    version = f"{project()['version']}+student"
    files = edition_files(every, closed, version)
    new = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
    try:
        write(new, files)
        built = build_wheel(new, new) if wheel else None
        refuse_leaks(new, closed, every)
        _put(new, to)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return Release(
        to,
        to / built.name if built else None,
        version,
        tuple(one.name for one in closed),
        tuple(one.name for one in every if one not in closed),
        tuple(sorted({place.split("/")[1] for place in files if place.startswith("assignments/")})),
    )


def wheels(to: Path, open_assignments: Iterable[str] = ()) -> list[Path]:
    """Builds the instructor's wheel and the student's into the folder `to`."""
    project()  # says what to do where there is none
    whole = build_wheel(ROOT, to)
    with tempfile.TemporaryDirectory(prefix="kernelbook-") as made:
        student = release(Path(made) / "student", open_assignments).wheel
        assert student is not None, "release makes a wheel unless told not to"
        return [whole, Path(shutil.copy(student, to))]


def edition_files(every: list[Exercise], closed: list[Exercise], version: str) -> Files:
    """Every file of the edition, by its place."""
    kernel = sealed_kernel(Exercised.of(closed))
    files = {f"kernel_model/{place.as_posix()}": data for place, data in kernel.items()}
    files |= {f"autograder/{name}": (GRADER / name).read_bytes() for name in MODULES}
    files["autograder/cli.py"] = (STUDENT / "cli.py").read_bytes()
    for one in every:
        folder = f"autograder/exercises/{one.name}"
        there = [name for name in TOLD if (one.folder / name).is_file()]
        there += [f"systems/{path.name}" for path in sorted(one.folder.glob("systems/*.py"))]
        files |= {f"{folder}/{name}": (one.folder / name).read_bytes() for name in there}
        if one.kind == BREAKS:
            files[f"{folder}/{FILE}"] = pack(one.folder)
        files[f"{folder}/exercise.toml"] = _told_of(one)
    for place, data in released_assignments(ROOT / "course" / "source").items():
        files[f"assignments/{place}"] = data
    for place, data in released_lectures(ROOT / "notebooks").items():
        files[f"notebooks/{place}"] = data
    files["README.md"] = (STUDENT / "README.md").read_bytes()
    files["pyproject.toml"] = student_project(version)
    return files


def refuse_leaks(folder: Path, closed: list[Exercise], every: list[Exercise]) -> None:
    """Raises ReleaseError when the folder gives away what it must not."""
    leaks = find(folder, secrets_of(closed, every))
    if leaks:
        shown = "\n  ".join(str(leak)[:300] for leak in leaks[:LEAKS_SHOWN])
        raise ReleaseError(
            f"the student edition was not made: it would give away {len(leaks)} things\n  {shown}\n"
            f"seal the function (`seal` in its exercise.toml) or change what quotes it"
        )


def _told_of(one: Exercise) -> bytes:
    """An exercise.toml for students; comments are left out as well."""
    given = tomllib.loads((one.folder / "exercise.toml").read_text("utf-8"))
    return tomlkit.dumps(
        {"solution": ""} | {key: given[key] for key in KEYS if key in given}
    ).encode()


def _refuse_to_overwrite(to: Path) -> None:
    """Raises ValueError unless `to` is free, empty, or an earlier edition."""
    if not to.exists() or (to.is_dir() and not any(to.iterdir())):
        return
    mark = to / "pyproject.toml"
    if not to.is_dir() or not mark.is_file() or "+student" not in mark.read_text("utf-8"):
        raise ValueError(f"{to} holds something else; give a new or empty folder")


def _put(new: Path, to: Path) -> None:
    """The new folder takes the place of the old one."""
    if to.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
        os.replace(to, old)
        os.replace(new, to)
        shutil.rmtree(old)
    else:
        os.replace(new, to)
