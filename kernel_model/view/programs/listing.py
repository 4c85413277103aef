"""The source of programs as the page shows it, and at which row of it a process stands."""

from __future__ import annotations

import inspect
import re
from html import escape
from inspect import Signature, signature
from textwrap import dedent
from typing import Any

from kernel_model.programs.asking import function_of
from kernel_model.programs.members import Programs
from kernel_model.view.interleavings.listing import ENDED, Row
from kernel_model.view.player.listings import coloured

HEAD = re.compile(r"^(async def \w+)\(.*: .*\).*:$", re.MULTILINE)
OVER = ("ended", "failed")  # phases in which there is nothing left to do
LAST = "about to exit"  # the program is over, and its exit is a turn of its own
UNSEEN = "(its source is not there to be shown)"


def rows_of(programs: Programs) -> list[Row]:
    """Every program once, with the functions that it calls; then where those stand who are through.

    They are about to exit, or have ended.
    """
    found: list[Row] = []
    for function in functions(programs):
        found += _rows(function)
    return [*found, Row(LAST, "place"), Row(ENDED, "place")]


def functions(programs: Programs) -> list[Any]:
    """The programs, each once, and the coroutines of the same file that they call."""
    found: list[Any] = []
    todo = [function_of(one) for one in programs.members.values()]
    while todo:
        one: Any = todo.pop(0)
        if one not in found:
            found.append(one)
            todo += [other for name in one.__code__.co_names if (other := _called(one, name))]
    return found


def row_at(rows: list[Row], line: int | None, phase: str) -> int:
    """The row of a line of the file; None: that of those who have ended, or are about to exit."""
    if line is None:
        return len(rows) - (1 if phase in OVER else 2)
    near = [(line - row.line, n) for n, row in enumerate(rows) if 0 < row.line <= line]
    return min(near, default=(0, 0))[1]


def _called(function: Any, name: str) -> Any:
    """A coroutine function of that name in the same file as the function."""
    other = function.__globals__.get(name)
    same = inspect.iscoroutinefunction(other) and (
        other.__code__.co_filename == function.__code__.co_filename
    )
    return other if same else None


def _rows(function: Any) -> list[Row]:
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        head = f"{function.__name__} {UNSEEN}"
        return [Row(escape(head), "line", function.__code__.co_firstlineno)]
    text = HEAD.sub(lambda hit: _head(function, hit[1]), dedent("".join(lines)).rstrip("\n"))
    skipped = _docstring(function, text)
    return [
        Row(html, "line", first + n)
        for n, html in enumerate(coloured(text))
        if n not in skipped and html.strip()
    ]


def _head(function: Any, name: str) -> str:
    """The first line without the types of its arguments."""
    given = signature(function)
    bare = [one.replace(annotation=one.empty) for one in given.parameters.values()]
    return f"{name}{Signature(bare)}:"


def _docstring(function: Any, text: str) -> range:
    """The lines of the docstring, from 0."""
    if not function.__doc__:
        return range(0)
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if '"""' in line), len(lines))
    count = 0 if lines[start].count('"""') > 1 else function.__doc__.count("\n")
    return range(start, start + count + 1)
