"""What the demonstration prints: the grade table, and what attacks tried and gained."""

import ast
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape

from autograder.report.grades import ClassGrades, Part, Row
from autograder.report.page import table

from .students import HOSTILE, Student

WARNING = """\
###############################################################################
#  NOT ISOLATED. This machine cannot shut submissions in (tier {tier}), so
#  their code runs with your rights. The demonstration goes on without its
#  hostile submissions, and none of its grades are official.
{reasons}
###############################################################################"""


def grade_table(grades: ClassGrades) -> str:
    """The grades as text, one line a student; totals leave out what a person has yet to read."""
    head = ["", *(f"{part.name} ({part.most:g})" for part in grades.parts), "total", "submission"]
    lines = [
        [row.student, *(points(row, part) for part in grades.parts), f"{row.total():g}", row.note]
        for row in grades.rows
    ]
    numbers = range(1, len(head) - 1)
    return aligned([head, *lines], numbers)


def points(row: Row, part: Part) -> str:
    """A grade as a word."""
    given = row.points.get(part.name)
    return "to read" if given is None else f"{given:g}"


def aligned(lines: Sequence[Sequence[str]], numbers: Iterable[int]) -> str:
    """Columns of text, those in `numbers` to the right, with a rule under the first line."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = set(numbers)
    texts = [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([texts[0], "-" * max(map(len, texts)), *texts[1:]])


def attack_lines(
    students: Iterable[Student], gained: Mapping[str, Sequence[str]]
) -> list[list[str]]:
    """For each attack: who, what it tries, what it gained."""
    return [
        [student.id, tries(attack), "; ".join(gained[student.id]) or "nothing"]
        for student in students
        if (attack := student.attack()) and student.id in gained
    ]


def tries(attack: str) -> str:
    """What an attack tries: the first line of its source."""
    words = ast.get_docstring(ast.parse((HOSTILE / f"{attack}.py").read_text(encoding="utf-8")))
    return (words or attack).split("\n")[0]


def attacks_as_html(lines: Iterable[Sequence[str]]) -> str:
    """The attacks as a section of the report."""
    rows = [[escape(text) for text in line] for line in lines]
    head = ["student", "tries", "gained"]
    return "<h2>The hostile submissions</h2>" + table("What each tried, and got", head, rows, set())


@contextmanager
def step(number: int, words: str) -> Iterator[None]:
    """Announces what happens next, and afterwards how long it took."""
    start = time.perf_counter()
    print(f"{number}. {words}", flush=True)
    yield
    print(f"   {time.perf_counter() - start:.1f} s\n", flush=True)
