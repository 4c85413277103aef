"""The kernels that graded scenarios are tried on: right ones, and an exercise's mutants."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.breaking.practice import first_line, practice
from autograder.exercise import Exercise, exercise
from autograder.loops import counted

ROUNDS = 50_000  # of all loops of a kernel in one run; a right one needs up to 5_000
MUTANTS_ROUNDS = 5_000  # their loops go over the messages of 30 calls at most, or never end

Stamp = tuple[tuple[str, int, int], ...]  # name, time of change and size of each file


@dataclass(frozen=True, slots=True)
class Kernels:
    """Sources of one function, with all loops counted."""

    function: str
    right: list[str]
    wrong: dict[str, str]  # by the mutant's name
    about: dict[str, str]  # what is wrong with each, for an instructor

    def to_json(self) -> dict[str, Any]:
        """As the judge is told them, with the rounds that all loops of a run may go together."""
        return {
            "function": self.function,
            "right": [[source, ROUNDS] for source in self.right],
            "wrong": {name: [source, MUTANTS_ROUNDS] for name, source in self.wrong.items()},
        }


def kernels(wanted: Exercise) -> Kernels:
    """Those of an exercise of the kind `breaks`, as they are now: they may be edited."""
    broken = exercise(wanted.of)
    folders = [broken.folder / "accepted", broken.folder / "mutants", wanted.folder]
    return _kernels_as_of(wanted.name, sum(map(stamp, folders), ()))


def stamp(folder: Path) -> Stamp:
    """Tells whether any source in or below a folder has changed."""
    files = [(path, path.stat()) for path in sorted(folder.rglob("*.py"))]
    return tuple((str(path), now.st_mtime_ns, now.st_size) for path, now in files)


@cache
def _kernels_as_of(name: str, changed: Stamp) -> Kernels:
    wanted = exercise(name)
    broken = exercise(wanted.of)
    right = broken.accepted() | {one.name: one.source for one in practice(wanted) if one.right}
    mutants = broken.mutants()
    return Kernels(
        broken.name,
        [counted(source) for source in right.values()],
        {name: counted(source) for name, source in mutants.items()},
        {name: first_line(source) for name, source in mutants.items()},
    )
