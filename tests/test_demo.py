"""autograder/demo: recipes become submissions, and a grade that nobody deserves is noticed."""

import ast
import re
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.demo import show
from autograder.demo.answers import answers_of, model_solution
from autograder.demo.course import MARK, fresh_folder
from autograder.demo.edits import EDITS, functions, is_test
from autograder.demo.play import ASSIGNMENT
from autograder.demo.students import HOSTILE, Student, read_class
from autograder.demo.submissions import submission
from autograder.demo.traps import watched
from autograder.demo.verdict import surprises
from autograder.exercise import SCENARIOS, exercises
from autograder.report.grades import ClassGrades, Part, Row
from autograder.sandbox import probe
from tests.needs import require

CLASS = read_class()
STUB = "def f(u):\n    'What it does.'\n    raise NotImplementedError"
HELPER = "from kernel_model import *\n\ndef g(u):\n    return 1"
ANSWER = f"{HELPER}\n\ndef f(u):\n    'Doc.'\n    return g(u)"


def released() -> NotebookNode:
    """A released notebook with one exercise f and one written answer."""
    answer = new_code_cell(STUB, metadata={"nbgrader": {"grade_id": "f", "solution": True}})
    test = new_code_cell("check(f)", metadata={"nbgrader": {"grade_id": "test_f", "grade": True}})
    words = new_markdown_cell(
        "Your answer.", metadata={"nbgrader": {"grade_id": "w", "grade": True, "solution": True}}
    )
    return new_notebook(cells=[new_code_cell("import sys"), answer, test, words])


def student(*edits: str, answers: dict[str, str] | None = None) -> Student:
    return Student("ada", "Ada", "note", answers or {}, edits=edits)


def handed_in(*edits: str, answer: str = ANSWER) -> list[str]:
    """The sources of the cells of a submission."""
    text = submission(released(), student(*edits), {"f": answer})
    return [cell.source for cell in nbformat.reads(text, as_version=4).cells]


def test_the_class_has_every_kind_of_submission() -> None:
    attacks = {path.stem for path in HOSTILE.glob("*.py")}

    assert len(CLASS) >= 12
    assert len({one.id for one in CLASS}) == len(CLASS)
    assert {one.attack() for one in CLASS} - {None} == attacks
    assert {edit for one in CLASS for edit in one.edits} == {*EDITS, "half_a_file"}


def test_every_answer_of_the_class_has_a_source() -> None:
    known = {one.name: one for one in exercises() if one.assignment == ASSIGNMENT}
    places = dict.fromkeys(("loot", "gradebook", "submitted", "port", "orphan"), "1")

    for one in CLASS:
        assert set(one.answers) <= set(known)
        begun = [name for name in known if one.answer(name) != "stub"]
        assert list(answers_of(one, known, places)) == begun


@pytest.mark.parametrize("path", sorted(HOSTILE.glob("*.py")), ids=lambda path: path.stem)
def test_every_attack_is_python_that_says_what_it_tries(path: Path) -> None:
    tree = ast.parse(path.read_text())

    assert ast.get_docstring(tree)
    assert functions(path.read_text())[-1].name in ("msgrcv", "steal")


def test_the_model_solution_has_every_function_of_its_exercise() -> None:
    for one in exercises():
        if one.kind == SCENARIOS:
            found = {node.name for node in functions(model_solution(one))}
            assert set(one.functions) <= found, one.name


def test_an_answer_takes_the_place_of_its_stub_and_of_nothing_else() -> None:
    sources = handed_in()

    assert sources[1] == ANSWER
    assert [sources[0], sources[2]] == ["import sys", "check(f)"]


def test_making_a_submission_leaves_the_released_notebook_alone() -> None:
    notebook = released()
    before = nbformat.writes(notebook)

    for edit in EDITS:
        submission(notebook, student(edit), {"f": ANSWER})

    assert nbformat.writes(notebook) == before


def test_who_begins_nothing_hands_in_what_was_released() -> None:
    assert (
        nbformat.reads(submission(released(), student(), {}), as_version=4).cells[1].source == STUB
    )


def test_dropped_tests_are_gone_and_copied_tests_are_there_twice() -> None:
    assert handed_in("drop_tests").count("check(f)") == 0
    assert handed_in("copy_tests").count("check(f)") == 2


def test_a_dropped_answer_is_in_a_cell_without_nbgraders_marks() -> None:
    text = submission(released(), student("drop_answers"), {"f": ANSWER})

    (cell,) = [c for c in nbformat.reads(text, as_version=4).cells if c.source == ANSWER]
    assert "nbgrader" not in cell.metadata


def test_noise_is_made_in_the_call_and_in_the_cell() -> None:
    source = handed_in("noise")[1]
    body = functions(source)[-1].body

    assert ast.unparse(body[0]) == "'Doc.'"
    assert "stderr" in ast.unparse(body[1])
    assert "stderr" in ast.unparse(ast.parse(source).body[-1])


def test_helpers_are_moved_apart_and_nothing_is_lost() -> None:
    sources = handed_in("helpers_apart")

    assert sources[1] == HELPER
    assert "\n\n".join(sources[1:3]) == ANSWER


def test_an_answer_that_is_no_python_can_be_handed_in_with_any_edit() -> None:
    for edit in EDITS:
        assert any("def f(" in source for source in handed_in(edit, answer="def f(u:\n  ]"))


def test_half_a_file_is_no_notebook() -> None:
    text = submission(released(), student("half_a_file"), {"f": ANSWER})

    with pytest.raises(nbformat.reader.NotJSONError):
        nbformat.reads(text, as_version=4)


def test_rewritten_tests_keep_their_place_in_the_gradebook() -> None:
    text = submission(released(), student("rewrite_tests"), {"f": ANSWER})

    (cell,) = filter(is_test, nbformat.reads(text, as_version=4).cells)
    assert (cell.metadata.nbgrader.grade_id, "check" in cell.source) == ("test_f", False)


GRADES = ClassGrades("k", "ps2", [Part("f", 5), Part("w", 2, manual=True)], [])


@pytest.mark.parametrize(
    ("answer", "points", "fair"),
    [
        ("solution", 5, True),
        ("solution", 4.5, False),
        ("accepted/x", 5, True),
        ("mutants/x", 4, True),
        ("mutants/x", 0, True),
        ("mutants/x", 5, False),
        ("stub", 0, True),
        ("hostile/x", 0, True),
        ("hostile/x", 1, False),
        ("hostile/x", None, False),
    ],
)
def test_a_grade_that_is_not_deserved_is_noticed(
    answer: str, points: float | None, fair: bool
) -> None:
    one = student(answers={"f": answer})
    grades = ClassGrades("k", "ps2", GRADES.parts, [Row("ada", "Ada", {"f": points, "w": None})])

    assert (surprises([one], grades, {}) == []) is fair


def test_a_student_without_grades_and_an_attack_that_gained_are_noticed() -> None:
    assert surprises([student()], GRADES, {"eve": ["left its mark: 42"]}) == [
        "eve left its mark: 42",
        "ada got no grades",
    ]


def test_traps_see_a_mark_and_a_call(tmp_path: Path) -> None:
    with watched(tmp_path / "loot", tmp_path / "book", tmp_path) as traps:
        assert traps.gained("phone_home") == []
        (tmp_path / "loot" / "read_the_cases").write_text("42")
        with socket.create_connection(("127.0.0.1", int(traps.places()["port"]))):
            assert traps.gained("phone_home") == ["reached the server 1 times"]
        assert traps.gained("read_the_cases") == ["left its mark: 42"]
        assert traps.gained("fill_the_memory") == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(FileExistsError, match="--to"):
        fresh_folder(tmp_path)

    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_its_own_folder_is_emptied_each_time(tmp_path: Path) -> None:
    fresh_folder(tmp_path / "demo")
    (tmp_path / "demo" / "old").write_text("")

    assert [path.name for path in fresh_folder(tmp_path / "demo").iterdir()] == [MARK]


def test_the_grade_table_is_aligned_and_whole() -> None:
    rows = [
        Row("ada", "Ada", {"f": 5.0, "w": None}, "right"),
        Row("bo", "Bo", {"f": 2.5, "w": 2.0}, "wrong"),
    ]
    grades = ClassGrades("k", "ps2", GRADES.parts, rows)

    assert show.grade_table(grades).splitlines() == [
        "     f (5)    w (2)  total  submission",
        "--------------------------------------",
        "ada      5  to read      5  right",
        "bo     2.5        2    4.5  wrong",
    ]


def test_the_demonstration_grades_fairly_and_no_attack_gains_anything(tmp_path: Path) -> None:
    require(probe().isolated, "a sandbox that isolates; attacks are not run without")
    folder = tmp_path / "demo"

    ran = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "demo", "--to", str(folder)],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "no attack gained anything" in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == 0
    assert list((folder / "loot").iterdir()) == []
    report = (folder / "report.html").read_text(encoding="utf-8")
    pages = [folder / link for link in re.findall('href="(.*?)"', report) if link[0] != "#"]
    assert len(pages) == len(CLASS)
    assert all(path.is_file() for path in pages)
