"""The cells of a submission in the sandbox: compiled once, and run as often as somebody asks."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

from kernel_model.targets.model import place_of

FILE = "<cell {}>"
TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
clean_cell: Callable[[str], str] = importlib.import_module("cells").clean_cell
idle: Any = importlib.import_module("idle")


class Submission:
    """The cells of one submission, compiled once; they can be run afresh for every kernel."""

    def __init__(self, cells: list[str], wanted: list[str]) -> None:
        self.wanted = wanted
        self.problems: list[dict[str, Any]] = []
        self.codes: list[tuple[int, types.CodeType]] = []
        for number, cell in enumerate(cells, 1):
            self.add(number, cell)

    def add(self, number: int, cell: str) -> None:
        """One cell more, if it can be compiled."""
        try:
            self.codes.append((number, compiled(cell, FILE.format(number))))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.problem(number, error)

    def functions(self) -> dict[str, Any]:
        """What the cells leave under the names that are wanted; those they never define are not in.

        In the order in which they are wanted.
        """
        names = self.names()
        found: dict[str, Any] = {}
        first = not self.problems or all("line" in p for p in self.problems)
        for number, code in self.codes:
            error = ran(code, names)
            if error is not None and first:
                self.problem(number, error)
            for name in self.wanted:
                here = names.get(name)
                if here is not None and not of_the_kernel(here):
                    found[name] = here
        return {name: found[name] for name in self.wanted if name in found}

    def names(self) -> dict[str, Any]:
        """The names of a module in which nothing has run yet."""
        module = types.ModuleType("submission")
        sys.modules["submission"] = module
        names = module.__dict__
        names["get_ipython"] = names["display"] = idle.Nothing()
        return names

    def problem(self, cell: int, error: BaseException) -> None:
        """Keeps what a cell raised, once."""
        line = error.lineno if isinstance(error, SyntaxError) else place_of(error)[1]
        told = {"cell": cell, "line": line, "error": f"{type(error).__name__}: {error}"[:300]}
        if told not in self.problems:
            self.problems.append(told)


def ran(code: types.CodeType, names: dict[str, Any]) -> BaseException | None:
    """Runs a cell; gives what it raised. Whatever it does, the others still count."""
    try:
        left = eval(code, names)
        if code.co_flags & inspect.CO_COROUTINE:  # a cell that awaits: as far as it goes
            left.send(None)
    except StopIteration:
        return None
    except BaseException as error:
        return error
    return None


def compiled(cell: str, file: str) -> types.CodeType:
    """The code of a cell; magics are looked for where it is not Python as it stands."""
    try:
        made: types.CodeType = compile(cell, file, "exec", TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):
        made = compile(clean_cell(cell), file, "exec", TOP_LEVEL_AWAIT)
    return made


def of_the_kernel(thing: Any) -> bool:
    """Is it the kernel's own (empty) entry, imported by the cells, and not their function?"""
    return str(getattr(getattr(thing, "entered", thing), "__module__", "")).startswith(
        "kernel_model"
    )
