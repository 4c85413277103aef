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
ASSIGNMENTS = sorted({path.parent.name for path in OTHERS})
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


def names_in(source: Path) -> list[str]:
    """The exercises that a notebook asks for."""
    notebook = nbformat.read(source, as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    return [name for name in NAMES[source.parent.name] if name in cells]


def hand_in(course: Course, student: str, source: Path, solved: Iterable[str]) -> None:
    """The released notebook with the instructor's answers to some exercises."""
    assignment = source.parent.name
    answers = nbformat.read(source, as_version=4)
    notebook = nbformat.read(course.root / "release" / assignment / source.name, as_version=4)
    for name in solved:
        cell_of(notebook, name).source = cell_of(answers, name).source
    folder = course.root / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / source.name)


def test_every_assignment_with_exercises_has_its_notebook() -> None:
    assert {one.assignment for one in exercises()} == NAMES.keys()


def whole_course(folder: Path) -> None:
    """Every assignment but ps2, which has its own tests, released, handed in twice and graded."""
    ignored = shutil.ignore_patterns("release", "submitted", "autograded", "feedback", "*.db")
    shutil.copytree(ROOT / "course", folder / "course", ignore=ignored)
    course = Course(folder / "course")
    course.commands(*((course.root, f"generate_assignment {one}") for one in ASSIGNMENTS))
    for source in OTHERS:
        hand_in(course, "ada", source, names_in(source))
        hand_in(course, "bob", source, names_in(source)[1:])
    course.commands(*((course.root, f"autograde {one}") for one in ASSIGNMENTS))


@pytest.fixture(scope="session")
def term(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    require(probe().isolated, "the sandbox does not isolate")
    with once(shared(tmp_path_factory, "assignments"), whole_course) as folder:
        yield Course(folder / "course")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_right_answers_get_all_points_and_missing_ones_cost_only_their_own(
    assignment: str, term: Course
) -> None:
    first = [names_in(path)[0] for path in OTHERS if path.parent.name == assignment]

    right = {name: POINTS[name] for name in NAMES[assignment]}
    missing = dict.fromkeys(first, 0.0)
    assert graded(term, assignment) == {"ada": right, "bob": right | missing}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_report_of_a_right_answer_complains_of_a_cell_that_was_given(
    assignment: str, term: Course
) -> None:
    folder = term.root / "autograded" / "ada" / assignment
    cells = [cell for path in folder.glob("*.ipynb") for cell in nbformat.read(path, 4).cells]
    said = [out.text for cell in cells for out in cell.get("outputs", []) if "text" in out]

    assert said
    assert [re.findall(r"cell \d+, line .*", text) for text in said] == [[]] * len(said)


@pytest.mark.parametrize("assignment", NAMES)
def test_an_assignment_asks_for_each_exercise_once_and_for_one_answer_in_words(
    assignment: str,
) -> None:
    sources = [path for path in SOURCES if path.parent.name == assignment]
    written = [
        cell.metadata.nbgrader.points
        for path in sources
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and "nbgrader" in cell.metadata
    ]

    asked = [name for path in sources for name in names_in(path)]
    assert sorted(asked) == sorted(NAMES[assignment])
    assert written == [10]


@pytest.mark.parametrize("source", SOURCES, ids=[path.stem for path in SOURCES])
def test_every_exercise_of_an_assignment_has_text_answer_and_check(source: Path) -> None:
    notebook = nbformat.read(source, as_version=4)
    cells = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]

    for name in names_in(source):
        assert cells.index(name) + 1 == cells.index(f"test_{name}")
        said = re.fullmatch(r"check\((.*)\)\.require\(\)", cell_of(notebook, f"test_{name}").source)
        assert said, name
        assert {exercise_with(function).name for function in said[1].split(", ")} == {name}
