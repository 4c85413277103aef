"""A learner's kernel grows: system calls and algorithms that passed their check run in lectures.

    own = my_functions("accept", "connect", "recv")
    play(calls, functions=own)

gives those of the learner's functions of which a check has passed; of the others the kernel has its
own. They are kept as in `grown.py`, in the same folder. No grade depends on it.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import ModuleType
from typing import Any

from autograder import grown
from autograder.cells import clean_cell
from autograder.exercise import Exercise, exercises
from autograder.history import place
from autograder.interleavings.here import NotLoaded, cells_of
from autograder.interleavings.taken import BAD, LINES, Statement, needed


class Own(list[Callable[..., Any]]):  # a list, so that whatever takes functions takes it
    """Functions of the learner's own; a notebook shows of each that was asked for whose runs."""

    def __init__(self, functions: Iterable[Callable[..., Any]], told: Iterable[str]) -> None:
        super().__init__(functions)
        self.told = list(told)

    def __repr__(self) -> str:
        return "\n".join(self.told)


def my_functions(*names: str, on: bool = True) -> Own:
    """The learner's functions of these names, of which a check has passed.

    on   False: none of them
    """
    known = {function: one for one in exercises() for function in one.functions}
    found, told = [], []
    for name in names:
        asked = known.get(name)
        kept, since = grown.found(asked.name) if on and asked is not None else (None, "")
        function = loaded(name, kept) if kept is not None else None
        if function is not None:
            found.append(function)
            told.append(f"{name}: yours{since}")
            continue
        says = f"{name}: the kernel's own"
        if on and asked is not None:
            check = f"check({', '.join(asked.functions)})"
            says += f" (yours runs here once {check} of {asked.assignment} passes)"
        told.append(says)
    return Own(found, told)


def loaded(name: str, text: str) -> Callable[..., Any] | None:
    """The function that a kept text defines; None where it can no longer be run."""
    history = place()
    file = f"<my {name}>" if history is None else str(history.parent / grown.FOLDER / f"{name}.py")
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)  # for the player
    module = ModuleType(f"my_kernel_{name}")
    sys.modules[module.__name__] = module  # where classes look for the names of their fields
    try:
        exec(compile(text, file, "exec"), vars(module))
    except Exception:  # whatever a learner's text does when it runs: then the kernel's own runs
        return None
    made = getattr(module, name, None)
    return made if callable(made) else None


def keep_call(wanted: Exercise, fn: Callable[..., Any]) -> None:
    """Keeps a function of which a check has passed, and all that it needs of the notebook.

    One whose source is nowhere, as it was made by `exec`, has passed and cannot be kept.
    """
    with suppress(NotLoaded):
        grown.stored(wanted, source_of(cells_of(fn), *wanted.functions))


def source_of(cells: list[str], *names: str) -> list[str]:
    """The statements that functions need, each as it was written."""
    statements: list[Statement] = []
    for number, cell in enumerate(cells, 1):
        with suppress(*BAD):
            for node in ast.parse(clean_cell(cell)).body:
                ast.increment_lineno(node, number * LINES)
                statements.append(Statement(node))
    kept, _ = needed(statements, set(names))
    return grown.texts_of([one.node for one in kept], cells)
