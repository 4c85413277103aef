"""Grades made before, kept by what they depend on: code, suite, kernel, grader and sandbox tier.

`kernelbook autograde` fills the cache from parallel workers; plain `nbgrader autograde` and the
formgrader's button find the same grades there, or make them. A timeout is never kept: under load
it may be the machine's fault, so it is looked at again, alone.
"""

import functools
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox import probe

from .marks import Marks

AUTOGRADER = Path(__file__).resolve().parents[1]
CODE = (AUTOGRADER.parent / "kernel_model", AUTOGRADER)
EXERCISES = AUTOGRADER / "exercises"
UNOFFICIAL = "NO OFFICIAL GRADE: this machine could not isolate the code that it ran"


class Cache:
    """A folder with one small JSON file a grade."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Marks | None:
        """The grade kept under a key; a file that is no grade is none."""
        try:
            return Marks(**json.loads(self._path(key).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, key: str, marks: Marks) -> None:
        """Keeps a grade, whole or not at all."""
        if marks.verdict == "timeout":
            return
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(marks.to_json(), file)
        os.replace(file.name, path)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def grade_exercise(
    exercise: str,
    cells: list[str],
    suites: Path | None = None,
    allow_unisolated: bool = False,
    cache: Cache | None = None,
) -> Marks:
    """One exercise of one submission, from the cache or from the sandbox."""
    if cache is None:
        return graded_now(exercise, cells, suites, allow_unisolated)
    key = key_of(exercise, cells, suites)
    marks = cache.get(key)
    if marks is None:
        marks = graded_now(exercise, cells, suites, allow_unisolated)
        cache.put(key, marks)
    return marks


def graded_now(
    exercise: str, cells: list[str], suites: Path | None = None, allow_unisolated: bool = False
) -> Marks:
    """One exercise of one submission, by the oracle."""
    from autograder.oracle import grade  # the sandbox starts only when something is graded

    result = grade(exercise, cells, suites=suites, allow_unisolated=allow_unisolated)
    report = result.report()
    if not probe().isolated:
        report = f"{UNOFFICIAL} (sandbox: {result.tier})\n\n{report}"
    return Marks(exercise, result.score, result.max, result.verdict, result.tier, report)


def key_of(exercise: str, cells: list[str], suites: Path | None) -> str:
    """Names everything that the grade depends on."""
    parts = [exercise, probe().name, code_version(), suite_version(exercise, suites), *cells]
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
    folders = [EXERCISES / exercise, *([suites] if suites else [])]
    files = [
        file for folder in folders for end in ("json", "toml") for file in folder.rglob(f"*.{end}")
    ]
    return _digest(files)


def _digest(files: Iterable[Path], *words: str) -> str:
    digest = hashlib.sha256(json.dumps(words).encode())
    for file in sorted(files):
        data = file.read_bytes()
        digest.update(f"\0{file.parent.name}/{file.name} {len(data)}\0".encode() + data)
    return digest.hexdigest()
