"""Release, fetch, validate, submit, collect: stock nbgrader, over an exchange in a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from tests.nbgrader_course import (
    EXERCISES,
    NOTEBOOK,
    PS,
    Course,
    copied,
    generated,
    once,
    shared,
    solved,
)

EXCHANGE = """
c = get_config()
c.CourseDirectory.course_id = "kernelbook"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
"""


@dataclass(frozen=True)
class Term:
    """A course, a student's folder, and what each command said."""

    folder: Path

    @property
    def course(self) -> Course:
        return Course(self.folder / "course")

    @property
    def student(self) -> Path:
        return self.folder / "student"

    @property
    def work(self) -> Path:
        return self.student / PS / f"{NOTEBOOK}.ipynb"

    def said(self, name: str) -> str:
        return (self.folder / name).read_text()


def whole_term(folder: Path, course: Course) -> None:
    term = Term(folder)
    for name in ("exchange", "cache", "student"):
        (folder / name).mkdir()
    (folder / "exchange").chmod(0o777)
    options = EXCHANGE.format(exchange=str(folder / "exchange"), cache=str(folder / "cache"))
    (term.student / "nbgrader_config.py").write_text(options)
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + options)

    said = course.commands(
        (course.root, f"release_assignment {PS}"),
        (term.student, f"fetch_assignment {PS}"),
        (term.student, f"validate {term.work}"),
    )
    (folder / "validate_released").write_text(said[-1])
    nbformat.write(solved(nbformat.read(term.work, as_version=4)), term.work)
    said = course.commands(
        (term.student, f"validate {term.work}"),
        (term.student, f"submit {PS}"),
        (course.root, f"collect {PS}"),
    )
    (folder / "validate_solved").write_text(said[0])


@pytest.fixture(scope="session")
def term(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Term]:
    base = generated(tmp_path_factory)

    def make(folder: Path) -> None:
        whole_term(folder, copied(base, folder))

    with once(shared(tmp_path_factory, "term"), make) as folder:
        yield Term(folder)


def test_what_a_student_hands_in_is_what_is_collected(term: Term) -> None:
    collected = list((term.course.root / "submitted").glob(f"*/{PS}"))

    assert len(collected) == 1
    assert (collected[0] / f"{NOTEBOOK}.ipynb").read_bytes() == term.work.read_bytes()
    assert (collected[0] / "timestamp.txt").is_file()


def test_students_get_the_notebook_and_nothing_else(term: Term) -> None:
    files = [path for path in term.student.rglob("*") if path.is_file()]

    assert {path.name for path in files} == {"messages.ipynb", "nbgrader_config.py"}


def test_validating_the_released_notebook_says_what_is_not_written_yet(term: Term) -> None:
    said = term.said("validate_released")

    assert "VALIDATION FAILED ON 6 CELL(S)" in said
    assert "You did not provide a response." in said
    for name in EXERCISES:
        assert f"{name} is not written yet" in said


def test_validating_a_solved_notebook_is_a_success(term: Term) -> None:
    said = term.said("validate_solved")

    assert "Success! Your notebook passes all the tests." in said
    assert "ValidateApp | WARNING" not in said
