"""The lock's code as the page shows it: lines of what can be read, words of what is sealed.

Two rows are no lines: who is outside, and who is in the critical section, stand there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from kernel_model.explore.local import Phase
from kernel_model.explore.lock import Lock
from kernel_model.view.interleavings.machine import Stand
from kernel_model.view.player.listings import coloured

HIDDEN = ("semaphore", "processors")  # what runs before the processors do
OUTSIDE, INSIDE = "outside", "critical section"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the listing."""

    html: str
    kind: str  # line, step or place
    line: int = 0  # of the text; of a step, where it begins


def rows(text: str) -> list[Row]:
    """The rows: outside, Pprim with its helpers, the critical section, Vprim."""
    steps = text.steps if isinstance(text, Lock) else {}
    colours = coloured(text)
    before = [Row(OUTSIDE, "place")]
    after = [Row(INSIDE, "place")]
    for name, first, last in _functions(text):
        to = after if name == "Vprim" else before
        begun = [at for at in steps if first <= at <= last]
        if begun:
            to.append(Row(f"<b>{escape(name)}</b>", "head"))
            to += [Row(escape(steps[at]), "step", at) for at in begun]
        else:
            to += [Row(colours[at - 1], "line", at) for at in range(first, last + 1)]
    return before + after


def row_of(stand: Stand, shown: list[Row]) -> int:
    """The row at which a processor stands."""
    if stand.phase is Phase.OUTSIDE:
        return 0
    if stand.phase is Phase.INSIDE:
        return next(n for n, row in enumerate(shown) if row.html == INSIDE)
    at = stand.line or 0
    near = [(at - row.line, n) for n, row in enumerate(shown) if 0 < row.line <= at]
    return min(near, default=(0, 0))[1]


def _functions(text: str) -> Iterator[tuple[str, int, int]]:
    """The functions that processors run: name, first and last line."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in HIDDEN:
            yield node.name, node.lineno, node.end_lineno or node.lineno
