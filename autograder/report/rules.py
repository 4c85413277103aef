"""Which rules a class broke, read from the reports in its graded notebooks."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .grades import Missed

BROKEN = re.compile(r"^  BROKEN +([\w-]+)(?::|$)", re.MULTILINE)  # as Grade.report() says it


def broken_rules(report: str) -> list[str]:
    """The names of the rules that a student's report calls broken."""
    return BROKEN.findall(report)


def missed_rules(autograded: Path, assignment: str) -> list[Missed]:
    """Every rule that somebody broke, from a course's folder `autograded`."""
    from autograder.exercise import exercises

    rules = {one.name: one.rules for one in exercises()}
    who: dict[tuple[str, str], list[str]] = {}
    for path in sorted(autograded.glob(f"*/{assignment}/*.ipynb")):
        for exercise, report in reports(nbformat.read(path, as_version=4)):
            for rule in broken_rules(report):
                if rule in rules.get(exercise, {}):
                    who.setdefault((exercise, rule), []).append(path.parents[1].name)
    return [
        Missed(exercise, rules[exercise][rule].says, tuple(students))
        for (exercise, rule), students in who.items()
    ]


def reports(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Exercise and report of every graded test cell."""
    from autograder.nbgrader_plugin.grade import exercise_of, is_test

    for cell in filter(is_test, notebook.cells):
        exercise = exercise_of(cell.source)
        if exercise:
            yield exercise, "".join(streams(cell.outputs))


def streams(outputs: Iterable[NotebookNode]) -> Iterator[str]:
    """What a cell printed."""
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            yield output.text
