"""What grading one exercise of one submission gave, and the cell outputs that say so to nbgrader.

nbgrader takes the first error, stderr stream or result among a cell's outputs for its grade: an
error is 0, a number is itself, and anything else is FULL marks. So a graded cell gets a report on
stdout and a number, and a cell that nothing graded gets an error.
"""

import math
import re
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

MOST_LINES, MOST_COLUMNS = 200, 400
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Marks:
    """A grade, as far as nbgrader wants to know it."""

    exercise: str
    score: float  # of `most`
    most: float
    verdict: str  # pass, fail, error or timeout
    tier: str  # how well the student's code was shut in
    report: str

    def __post_init__(self) -> None:
        if not (math.isfinite(self.score) and math.isfinite(self.most) and self.most > 0):
            raise ValueError(f"{self.exercise}: {self.score} of {self.most} points is no grade")

    def to_json(self) -> dict[str, Any]:
        """All fields, by name."""
        return asdict(self)

    def points(self, worth: float) -> float:
        """The score in a cell worth so many points, from 0 to all of them."""
        share = max(0.0, min(1.0, self.score / self.most))
        return min(worth, round(share * worth, 4))


def graded(marks: Marks, worth: float) -> list[NotebookNode]:
    """Outputs of a graded cell: the report, then the points that nbgrader stores."""
    points = marks.points(worth)
    words = f"{points:g} of {worth:g} points"
    return [
        new_output("stream", name="stdout", text=printable(marks.report) + "\n"),
        new_output(
            "execute_result",
            data={"text/plain": repr(points), "text/html": f"<b>{escape(words)}</b>"},
            execution_count=None,
        ),
    ]


def nothing(report: str) -> list[NotebookNode]:
    """Outputs of a cell with nothing to grade: why, and no points."""
    return [
        new_output("stream", name="stdout", text=printable(report) + "\n"),
        new_output("execute_result", data={"text/plain": "0.0"}, execution_count=None),
    ]


def ungraded(why: str) -> list[NotebookNode]:
    """Outputs of a test cell that cannot be graded: an error, so that it never earns full marks."""
    return [new_output("error", ename="NotGraded", evalue=why, traceback=[f"NotGraded: {why}"])]


def printable(text: str) -> str:
    """Text that may hold what a student printed: no control characters, no floods."""
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.encode("utf-8", "replace").decode())
    lines = text.rstrip().split("\n")
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"... {len(lines) - MOST_LINES} more lines"]
    return "\n".join(
        line if len(line) <= MOST_COLUMNS else line[:MOST_COLUMNS] + " ..." for line in lines
    )
