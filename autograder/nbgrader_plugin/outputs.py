"""The outputs of a graded cell that say its grade to nbgrader and its report to a reader.

nbgrader takes the first error, stderr stream or result among a cell's outputs for its grade: an
error is 0, a number is itself, and anything else is FULL marks. So a graded cell gets a report on
stdout and a number, and a cell that nothing graded gets an error.
"""

import re
from typing import Any

from nbformat import NotebookNode, from_dict

from .marks import Marks

MOST_LINES, MOST_COLUMNS = 200, 400
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def graded(marks: Marks, worth: float) -> list[NotebookNode]:
    """Outputs of a graded cell: the report, a picture if it has one, the points for nbgrader."""
    points = marks.points(worth)
    words = f"<b>{points:g} of {worth:g} points</b>"
    result = _result({"text/plain": repr(points), "text/html": words})
    return [_report(marks.report), *map(_picture, filter(None, [marks.picture])), result]


def nothing(report: str) -> list[NotebookNode]:
    """Outputs of a cell with nothing to grade: why, and no points."""
    return [_report(report), _result({"text/plain": "0.0"})]


def ungraded(why: str) -> list[NotebookNode]:
    """Outputs of a test cell that cannot be graded: an error, so that it never earns full marks."""
    traceback = [f"NotGraded: {why}"]
    return [_output(output_type="error", ename="NotGraded", evalue=why, traceback=traceback)]


def _report(text: str) -> NotebookNode:
    return _output(output_type="stream", name="stdout", text=printable(text) + "\n")


def _picture(svg: str) -> NotebookNode:
    """The picture in the page itself, where readers of screens find its words as well."""
    data = {"text/html": svg, "image/svg+xml": svg}
    return _output(output_type="display_data", metadata={}, data=data)


def _result(data: dict[str, str]) -> NotebookNode:
    return _output(output_type="execute_result", execution_count=None, metadata={}, data=data)


def _output(**fields: Any) -> NotebookNode:
    made: NotebookNode = from_dict(fields)
    return made


def printable(text: str) -> str:
    """Text that may hold what a student printed: no control characters, no floods."""
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.encode("utf-8", "replace").decode())
    lines = text.rstrip().split("\n")
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"... {len(lines) - MOST_LINES} more lines"]
    return "\n".join(
        line if len(line) <= MOST_COLUMNS else line[:MOST_COLUMNS] + " ..." for line in lines
    )
