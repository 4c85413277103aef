"""Every assignment of the course can be released, handed in and graded by plain nbgrader."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.exercise import exercise_with, exercises
from autograder.sandbox import probe
from tests.nbgrader_course import ROOT, Course, cell_of
from tests.needs import require

SOURCES = sorted((ROOT / "course" / "source").glob("*/*.ipynb"))
NAMES = {path.parent.name: [one.name for one in exercises() if one.assignment == path.parent.name]
         for path in SOURCES}  # fmt: skip
POINTS = {one.name: float(one.points) for one in exercises()}


def graded(course: Course, assignment: str) -> dict[str, dict[str, float]]:
    """The automatic scores of each student, by exercise."""
    with Gradebook(course.db_url) as gradebook:
        return {
            submission.student.id: {
                grade.name.removeprefix("test_"): grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.name.startswith("test_")
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def hand_in(course: Course, student: str, source: Path, solved: Iterable[str]) -> None:
    """The released notebook with the instructor's answers to some exercises."""
    assignment = source.parent.name
    answers = nbformat.read(source, as_version=4)
    notebook = nbformat.read(course.root / "release" / assignment / source.name, as_version=4)
    for name in solved:
        cell_of(notebook, name).source = cell_of(answers, name).source
    folder = course.root / "submitted" / student / assignment
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / source.name)


def test_every_assignment_with_exercises_has_its_notebook() -> None:
    assert {one.assignment for one in exercises()} == NAMES.keys()


@pytest.mark.parametrize("source", SOURCES, ids=[path.parent.name for path in SOURCES])
def test_right_answers_get_all_points_and_missing_ones_cost_only_their_own(
    source: Path, tmp_path: Path
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    assignment, names = source.parent.name, NAMES[source.parent.name]
    ignored = shutil.ignore_patterns("release", "submitted", "autograded", "feedback", "*.db")
    shutil.copytree(ROOT / "course", tmp_path / "course", ignore=ignored)
    course = Course(tmp_path / "course")
    course.nbgrader("generate_assignment", assignment)
    hand_in(course, "ada", source, names)
    hand_in(course, "bob", source, names[1:])
    course.nbgrader("autograde", assignment)

    right = {name: POINTS[name] for name in names}
    assert graded(course, assignment) == {"ada": right, "bob": right | {names[0]: 0.0}}


@pytest.mark.parametrize("source", SOURCES, ids=[path.parent.name for path in SOURCES])
def test_every_exercise_of_an_assignment_has_text_answer_and_check(source: Path) -> None:
    notebook = nbformat.read(source, as_version=4)
    cells = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    written = [
        cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.cell_type == "markdown" and "nbgrader" in cell.metadata
    ]

    for name in NAMES[source.parent.name]:
        assert cells.index(name) + 1 == cells.index(f"test_{name}")
        said = re.fullmatch(r"check\((.*)\)\.require\(\)", cell_of(notebook, f"test_{name}").source)
        assert said, name
        assert {exercise_with(function).name for function in said[1].split(", ")} == {name}
    assert written == [10]
