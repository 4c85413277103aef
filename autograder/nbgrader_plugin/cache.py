"""Grades, kept by what they depend on: code, suite, kernel, grader and sandbox tier.

Whoever grades first, workers or nbgrader itself, leaves the grade in a folder of the course, where
plain `nbgrader autograde` and the formgrader's button find it. A timeout is not kept for another
run: it may have been the machine's fault.
"""

import contextlib
import functools
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

from autograder.exercise import exercise as named
from autograder.sandbox import probe

from .marks import Marks

AUTOGRADER = Path(__file__).resolve().parents[1]
CODE = (AUTOGRADER.parent / "kernel_model", AUTOGRADER)
EXERCISES = AUTOGRADER / "exercises"
UNOFFICIAL = "NO OFFICIAL GRADE: this machine could not isolate the code that it ran"

_held: dict[str, Marks] = {}  # made ahead for this process alone


def kept(key: str, folder: Path | None) -> Marks | None:
    """The grade that was made before; a file that is no grade is none."""
    if key in _held:
        return _held[key]
    if folder is None:
        return None
    try:
        return Marks(**json.loads(_path(key, folder).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def keep(key: str, marks: Marks, folder: Path | None) -> None:
    """Keeps a grade for later runs, whole or not at all."""
    if folder is None or marks.verdict == "timeout":
        return
    path = _path(key, folder)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump(marks.to_json(), file)
    os.replace(file.name, path)


@contextlib.contextmanager
def holding(grades: Mapping[str, Marks]) -> Iterator[None]:
    """Within it, these grades are taken as made before, timeouts included."""
    _held.update(grades)
    try:
        yield
    finally:
        for key in grades:
            _held.pop(key, None)


def grade_exercise(
    exercise: str,
    cells: list[str],
    suites: Path | None,
    allow_unisolated: bool,
    folder: Path | None,
    coming: Mapping[str, Future[Marks]],
    versions: dict[str, str] | None = None,
) -> Marks:
    """One exercise of one submission: made before, coming from a worker, or graded now."""
    key = key_of(exercise, cells, suites, versions)
    marks = kept(key, folder)
    if marks is None:
        marks = None if key not in coming else _come(coming[key])
        marks = marks or graded_now(exercise, cells, suites, allow_unisolated)
        keep(key, marks, folder)
    return marks


def _come(future: Future[Marks]) -> Marks | None:
    try:
        return future.result()
    except Exception:  # graded here in its place, where the same thing is told to the instructor
        return None


def graded_now(
    exercise: str, cells: list[str], suites: Path | None = None, allow_unisolated: bool = False
) -> Marks:
    """One exercise of one submission, by the oracle."""
    from autograder.oracle import grade  # the sandbox starts only when something is graded

    result = grade(exercise, cells, suites=suites, allow_unisolated=allow_unisolated)
    report = result.report()
    if not probe().isolated:
        report = f"{UNOFFICIAL} (sandbox: {result.tier})\n\n{report}"
    shown = (result.counterexample or {}).get("picture", {}).get("svg", "")
    return Marks(exercise, result.score, result.max, result.verdict, result.tier, report, shown)


def key_of(
    exercise: str, cells: list[str], suites: Path | None, versions: dict[str, str] | None = None
) -> str:
    """Names everything that the grade depends on.

    `versions` are those of the suites, by exercise, as a class was begun with; what is missing in
    it is looked for and kept there.
    """
    versions = {} if versions is None else versions
    if exercise not in versions:
        versions[exercise] = suite_version(exercise, suites)
    parts = [exercise, probe().name, code_version(), versions[exercise], *cells]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@functools.cache
def code_version() -> str:
    """Names the kernel, the grader and the Python that run in this process."""
    files = [
        file for folder in CODE for file in folder.rglob("*.py") if EXERCISES not in file.parents
    ]
    return _digest(files, sys.version)


def suite_version(exercise: str, suites: Path | None) -> str:
    """Names the cases that an exercise is graded by; read anew, since they may be edited."""
    folders = [EXERCISES / exercise, *([suites / exercise] if suites else [])]
    ends = ("*.json", "*.toml", "systems/*.py", "hidden/*.py")
    files = [file for folder in folders for end in ends for file in folder.rglob(end)]
    broken = named(exercise).of  # its mutants grade scenarios, and its right answers judge them
    if broken:
        files += [*(EXERCISES / broken).rglob("*.py")]
    return _digest(files)


def _digest(files: Iterable[Path], *words: str) -> str:
    digest = hashlib.sha256(json.dumps(words).encode())
    for file in sorted(files):
        data = file.read_bytes()
        digest.update(f"\0{file.parent.name}/{file.name} {len(data)}\0".encode() + data)
    return digest.hexdigest()


def _path(key: str, folder: Path) -> Path:
    return folder / key[:2] / f"{key[2:]}.json"
