"""What a search has found, to be looked at: a picture that stands by itself, a widget to step in.

The picture is drawn where grading is: of a submission it has cells and steps, which were told, and
no line of code, which would have to be read there. In a notebook the widget has the lines as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autograder.cells import clean_cell
from autograder.interleavings.story import Found
from autograder.interleavings.taken import LINES

if TYPE_CHECKING:
    from kernel_model.view.interleavings.subject import Subject
    from kernel_model.view.interleavings.widget import Interleave

TITLE = "A shortest schedule that goes wrong"
STANDS = 4_000  # of all processors, at most: what a page gets
LONGEST = 60  # steps in a picture
Lines = dict[int, int]  # of the submission, or of the setting: its line in what is shown


def picture(found: Found) -> dict[str, str] | None:
    """The picture of a schedule, and its words; None where there is too much to draw."""
    from autograder.picture import UNDRAWN, svg
    from kernel_model.view.interleavings.snapshot import snapshot_of

    shown = found.counterexample
    if shown is None or len(shown.stem) + len(shown.cycle) > LONGEST:
        return None
    try:
        made = subject_of(found)
        if made is None:
            return None
        turns = made.machine.stem + made.machine.cycle
        drawn = snapshot_of(TITLE, made, turns)
    except UNDRAWN:  # cells may hold anything
        return None
    return {"svg": svg(drawn), "text": drawn.words}


def widget(found: Found, text: str, lines: Lines) -> Interleave | None:
    """The schedule to be stepped through, with the lines; None where there are no widgets."""
    try:
        from kernel_model.view.interleavings.widget import Interleave
    except ImportError:
        return None
    made = subject_of(found, text, lines)
    if made is None:
        return None
    return Interleave(TITLE, made, made.machine.stem + made.machine.cycle)


def subject_of(found: Found, text: str = "", lines: Lines | None = None) -> Subject | None:
    """What has been found, as what is shown of it; None where it is too much for a page."""
    from kernel_model.view.interleavings.machine import machine_of
    from kernel_model.view.interleavings.subject import Subject, bad_schedule

    shown, closure = found.counterexample, found.closure
    if shown is None or closure is None or sum(len(one.states) for one in closure.closed) > STANDS:
        return None
    machine = machine_of(closure, found.cells, shown, lock=found.lock)
    for member in machine.members:
        member.stands = [replace(s, line=(lines or {}).get(s.line or 0)) for s in member.stands]
    made = Subject(text, machine, None, bad_schedule(found.end, machine), lock=found.lock)
    if not machine.cycle and machine.inside(machine.places(machine.stem)[-1]) < 2:
        end = f"{found.end[:1].upper()}{found.end[1:]}."
        made.bad[machine.key(machine.places(machine.stem)[-1])] = end
    return made


def listing(nodes: Iterable[ast.stmt], cells: Sequence[str], setting: str) -> tuple[str, Lines]:
    """The functions that processors run, one below the other, and where each line has gone."""
    parts: list[str] = []
    lines: Lines = {}

    def add(source: Sequence[str], node: ast.stmt, cell: int) -> None:
        first, last = node.lineno % LINES, (node.end_lineno or node.lineno) % LINES
        parts.extend(["", ""] if parts else [])
        lines.update({cell * LINES + n: len(parts) + 1 + n - first for n in range(first, last + 1)})
        parts.extend(source[first - 1 : last])

    for node in ast.parse(setting).body:
        if isinstance(node, ast.AsyncFunctionDef):
            add(setting.splitlines(), node, 0)
    for node in nodes:
        if isinstance(node, ast.AsyncFunctionDef):
            cell = node.lineno // LINES
            add(clean_cell(cells[cell - 1]).splitlines(), node, cell)
    return "\n".join(parts) + "\n", lines


def as_json(found: Found) -> dict[str, Any]:
    """The picture as a counterexample carries it; {} where there is none."""
    drawn = picture(found)
    return {} if drawn is None else {"picture": drawn}
