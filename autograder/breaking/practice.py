"""The kernels to practise on: wrong ones, and right ones that do what is free in another way.

In the instructor's edition they are sources, `practice/*.py` of an exercise; in the student's they
are one file that nobody reads by accident. They are no mutants of the suite, and no secret.
"""

from __future__ import annotations

import ast
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from autograder.exercise import Exercise

FILE = "practice.dat"
RIGHT = "right_"  # what the names of right ones begin with


@dataclass(frozen=True, slots=True)
class Practice:
    """One kernel to practise on: the source of its function."""

    name: str
    about: str  # what is wrong with it, or other in it: shown when a scenario tells it apart
    source: str

    @property
    def right(self) -> bool:
        """Is it a right one, which no scenario may tell apart?"""
        return self.name.startswith(RIGHT)


def practice(one: Exercise) -> list[Practice]:
    """The kernels of an exercise, in the order of their names."""
    return [
        Practice(name, first_line(source), source)
        for name, source in sorted(sources(one.folder).items())
    ]


def sources(folder: Path) -> dict[str, str]:
    """The sources by name, from either form."""
    packed = folder / FILE
    if packed.is_file():
        found: dict[str, str] = json.loads(zlib.decompress(masked(packed.read_bytes())))
        return found
    return {path.stem: path.read_text("utf-8") for path in (folder / "practice").glob("*.py")}


def pack(folder: Path) -> bytes:
    """The file for the student edition."""
    text = json.dumps(dict(sorted(sources(folder).items())))
    return masked(zlib.compress(text.encode(), 9))


def masked(data: bytes) -> bytes:
    """The data made unreadable, or readable again."""
    stream = hashlib.shake_256(b"practice").digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


def first_line(source: str) -> str:
    """What the first line of a source says of it."""
    return (ast.get_docstring(ast.parse(source)) or "").split("\n")[0].rstrip(".")
