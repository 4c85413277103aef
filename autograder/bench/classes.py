"""Courses to measure grading in: one for each way of grading, with the same submissions."""

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.demo.answers import answers_of, model_solution
from autograder.demo.course import make_course, nbgrader
from autograder.demo.students import Student
from autograder.demo.submissions import submission
from autograder.exercise import exercise, exercises

STOCK = """\
from pathlib import Path
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
"""
CASE = """\
k = Kernel()
k.install(msgrcv)
a, b = k.spawn("A"), k.spawn("B")
q = a.call("msgget", {number}, IPC_CREAT | 0o600).ret
a.call("msgsnd", q, {number}, b"{number}", 0)
assert b.call("msgrcv", q, 64, 0, 0).ret == {length}"""


def ours_and_stock(folder: Path, assignment: str, students: int) -> tuple[Path, Path]:
    """Two courses with the same right submissions to an assignment: Kernelbook's and stock's."""
    ours, stock = folder / "ours", folder / "stock"
    make_course(ours, assignment, isolated=True)
    stock.mkdir()
    (stock / "nbgrader_config.py").write_text(STOCK)
    shutil.copytree(ours / "source", stock / "source")
    known = {one.name: one for one in exercises() if one.assignment == assignment}
    answers = answers_of(Student("", "", "", {}), known, {})
    for course in (ours, stock):
        nbgrader(course, "generate_assignment", assignment)
        for path in sorted((course / "release" / assignment).glob("*.ipynb")):
            released = nbformat.read(path, as_version=4)
            for number in range(students):
                # one comment apart, so that no grade is found made already
                own = {name: f"# {number}\n{text}" for name, text in answers.items()}
                text = submission(released, Student("", "", "", {}), own)
                write(course / "submitted" / f"s{number:02}" / assignment / path.name, text)
    return ours, stock


def stock_course(folder: Path, cases: int) -> Path:
    """A stock course with one right msgrcv, tested by so many test cells."""
    text = nbformat.writes(notebook_with_cases(cases))
    (folder / "stock").mkdir()
    (folder / "stock" / "nbgrader_config.py").write_text(STOCK)
    write(folder / "stock" / "source" / "one" / "one.ipynb", text)
    nbgrader(folder / "stock", "generate_assignment", "one")
    write(folder / "stock" / "submitted" / "s00" / "one" / "one.ipynb", text)
    return folder / "stock"


def notebook_with_cases(cases: int) -> NotebookNode:
    """msgrcv in a solution cell, then a test cell for each case, as nbgrader's users write them."""
    cells = [
        new_code_cell(
            model_solution(exercise("msgrcv")),
            metadata={"nbgrader": about("msgrcv", solution=True)},
        )
    ]
    for number in range(1, cases + 1):
        source = CASE.format(number=number, length=len(str(number)))
        meta = about(f"test_{number}", grade=True) | {"points": 1}
        cells.append(new_code_cell(source, metadata={"nbgrader": meta}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: NotebookNode = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return notebook


def about(name: str, grade: bool = False, solution: bool = False) -> dict[str, object]:
    """nbgrader's metadata of a cell."""
    return {
        "schema_version": 3,
        "grade_id": name,
        "grade": grade,
        "solution": solution,
        "locked": grade,
        "task": False,
    }


def write(path: Path, text: str) -> None:
    """Writes a file and the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
