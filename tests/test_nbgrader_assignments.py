"""Every assignment of the course can be released, handed in and graded by plain nbgrader."""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.exercise import exercise_with, exercises
from autograder.sandbox import probe
from tests.nbgrader_course import PS, ROOT, Course, cell_of, once, shared
from tests.needs import require

SOURCES = sorted((ROOT / "course" / "source").glob("*/*.ipynb"))
OTHERS = [path for path in SOURCES if path.parent.name != PS]
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


def whole_course(folder: Path) -> None:
    """Every assignment but ps2, which has its own tests, released, handed in twice and graded."""
    ignored = shutil.ignore_patterns("release", "submitted", "autograded", "feedback", "*.db")
    shutil.copytree(ROOT / "course", folder / "course", ignore=ignored)
    course = Course(folder / "course")
    course.commands(*((course.root, f"generate_assignment {one.parent.name}") for one in OTHERS))
    for source in OTHERS:
        hand_in(course, "ada", source, NAMES[source.parent.name])
        hand_in(course, "bob", source, NAMES[source.parent.name][1:])
    course.commands(*((course.root, f"autograde {one.parent.name}") for one in OTHERS))


@pytest.fixture(scope="session")
def term(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    require(probe().isolated, "the sandbox does not isolate")
    with once(shared(tmp_path_factory, "assignments"), whole_course) as folder:
        yield Course(folder / "course")


@pytest.mark.parametrize("source", OTHERS, ids=[path.parent.name for path in OTHERS])
def test_right_answers_get_all_points_and_missing_ones_cost_only_their_own(
    source: Path, term: Course
) -> None:
    assignment, names = source.parent.name, NAMES[source.parent.name]

    right = {name: POINTS[name] for name in names}
    assert graded(term, assignment) == {"ada": right, "bob": right | {names[0]: 0.0}}


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
