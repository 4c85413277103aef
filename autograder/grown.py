"""A learner's kernel grows: functions over cells that passed their check run in lectures.

    own = my_kernel(locks.semaphore, locks.Pprim, locks.Vprim)

gives the text of the learner's functions of these names where a check of them has passed, else of
the kernel's own. What is kept is the source, with the imports and helpers that it needs, one file
an exercise in the folder `my_kernel` beside the history (autograder/history.py); with
KERNELBOOK_PROGRESS=off only as long as the notebook's kernel runs. No grade depends on it.
"""

from __future__ import annotations

import ast
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from autograder.cells import clean_cell
from autograder.exercise import Exercise, exercises
from autograder.history import place
from autograder.interleavings.here import cells_of, loading
from autograder.interleavings.taken import LINES
from kernel_model.explore.lock import Lock, lock

FOLDER = "my_kernel"
_here: dict[str, str] = {}  # by exercise: what passed while this notebook's kernel runs


class Piece(Lock):
    """Functions as a text to be explored, and whose they are; a notebook shows that."""

    names: tuple[str, ...]
    own: bool  # are they the learner's?
    says: str

    def __new__(
        cls,
        text: str,
        steps: Mapping[int, str] | None = None,
        names: tuple[str, ...] = (),
        own: bool = False,
        says: str = "",
    ) -> Self:
        """The text of these functions."""
        made = super().__new__(cls, text, steps)
        made.names, made.own, made.says = names, own, says
        return made

    def __repr__(self) -> str:
        return f"{', '.join(self.names)}: {self.says}"


def my_kernel(*functions: Callable[..., Any], on: bool = True) -> Piece:
    """The learner's functions in place of the kernel's, where their check has passed.

    functions  the kernel's own: all that one exercise asks for
    on         False: the kernel's own in any case

    Raises ValueError where no exercise asks for functions of these names.
    """
    names = tuple(one.__name__ for one in functions)
    wanted = next((one for one in exercises() if set(one.functions) == set(names)), None)
    if wanted is None:
        raise ValueError(f"no exercise asks for {', '.join(names)}")
    kept, since = found(wanted.name) if on else (None, "")
    if kept is not None:
        return Piece(kept, None, names, True, f"yours{since}")
    made = lock(*functions)
    says = "the kernel's own"
    if on:
        asked = ", ".join(wanted.functions[1:])
        says += f" (yours run here once check({asked}) of {wanted.assignment} passes)"
    return Piece(made, made.steps, names, False, says)


def keep(wanted: Exercise, fn: Callable[..., Any]) -> None:
    """Keeps the functions of an exercise whose check has passed, and all that they need."""
    cells = cells_of(fn)
    taken, _ = loading(cells, wanted)
    stored(wanted, texts_of(taken.nodes, cells))


def texts_of(nodes: Iterable[ast.stmt], cells: list[str]) -> list[str]:
    """Statements of the cells as they were written."""
    lines = [clean_cell(cell).split("\n") for cell in cells]
    parts: dict[tuple[int, int], str] = {}  # by lines: several statements may stand in one
    for node in nodes:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        last = node.end_lineno or node.lineno
        cell = lines[first // LINES - 1]
        parts[first, last] = "\n".join(cell[first % LINES - 1 : last % LINES])
    return list(parts.values())


def stored(wanted: Exercise, parts: list[str]) -> None:
    """Keeps these parts as the text of an exercise, in its file if there is a place for it."""
    told = f'"""{wanted.title}: this has passed its check."""'
    text = "\n\n\n".join([told, *parts]) + "\n"
    history = place()
    _here.pop(wanted.name, None)
    if history is None or not written(history.parent / FOLDER / f"{wanted.name}.py", text):
        _here[wanted.name] = text


def found(name: str) -> tuple[str | None, str]:
    """What is kept of an exercise, and since when, in words."""
    history = place()
    if history is None or name in _here:
        return _here.get(name), ""
    path = history.parent / FOLDER / f"{name}.py"
    try:
        text, when = path.read_text("utf-8"), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, UnicodeDecodeError):
        return None, ""
    return text, f", of {when.day} {when:%B %Y}"


def written(path: Path, text: str) -> bool:
    """Writes a file whole, or leaves the old one; gives whether it could."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        return False
    return True
