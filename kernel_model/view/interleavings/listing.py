"""The lock's code as the page shows it: lines of what can be read, words of what is sealed.

Some rows are no lines: who is outside, in the critical section, or has ended, stands there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from kernel_model.explore.lock import Lock
from kernel_model.view.interleavings.machine import Stand
from kernel_model.view.player.listings import coloured

OUTSIDE, INSIDE, ENDED = "outside", "critical section", "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the listing."""

    html: str
    kind: str  # line, step or place
    line: int = 0  # of the text; of a step, where it begins


def rows(text: str, lock: bool = True) -> list[Row]:
    """The rows: outside, Pprim with its helpers, the critical section, Vprim; of a system, all."""
    steps = text.steps if isinstance(text, Lock) else {}
    colours = coloured(text)
    before = [Row(OUTSIDE, "place")] if lock else []
    after = [Row(INSIDE if lock else ENDED, "place")]
    for name, first, last, words in _functions(text):
        to = after if lock and name == "Vprim" else before
        begun = [at for at in steps if first <= at <= last]
        if begun:
            to.append(Row(f"<b>{escape(name)}</b>", "head"))
            to += [Row(escape(steps[at]), "step", at) for at in begun]
        else:
            kept = (at for at in range(first, last + 1) if at not in words)
            to += [Row(colours[at - 1], "line", at) for at in kept]
    return before + after


def row_of(stand: Stand, shown: list[Row]) -> int:
    """The row at which a processor stands."""
    if stand.line is None:
        place = {"inside": INSIDE, "ended": ENDED}.get(stand.phase, OUTSIDE)
        return next((n for n, row in enumerate(shown) if row.html == place), 0)
    at = stand.line
    near = [(at - row.line, n) for n, row in enumerate(shown) if 0 < row.line <= at]
    return min(near, default=(0, 0))[1]


def _functions(text: str) -> Iterator[tuple[str, int, int, range]]:
    """The functions that processors run: name, first and last line, lines of the docstring.

    Those that a function makes for one processor, as `upon` does, are among them.
    """
    for node in (inner for one in ast.parse(text).body for inner in _inside(one)):
        if isinstance(node, ast.AsyncFunctionDef):
            first, words = node.body[0], range(0)
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                words = range(first.lineno, (first.end_lineno or first.lineno) + 1)
            yield node.name, node.lineno, node.end_lineno or node.lineno, words


def _inside(node: ast.stmt) -> list[ast.stmt]:
    """A statement, or those of a function that is called when programs are made."""
    return node.body if isinstance(node, ast.FunctionDef) else [node]
