"""What a graded cell shows can never be worth more, or less, than the grade."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode, v4
from nbgrader.utils import determine_grade

from autograder.nbgrader_plugin.grade import exercise_of, is_test, too_large
from autograder.nbgrader_plugin.marks import Marks
from autograder.nbgrader_plugin.outputs import graded, nothing, printable, ungraded


def cell(outputs: list[NotebookNode], points: float = 5.0) -> NotebookNode:
    marks = {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": points}
    made: NotebookNode = v4.new_code_cell("check(f)", metadata={"nbgrader": marks})
    made.outputs = outputs
    return made


def marks(score: float, most: float = 12.0) -> Marks:
    return Marks("msgrcv", score, most, "fail", "none", "7 of 12 cases")


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(min_value=1e-3, max_value=1e6),
    st.floats(min_value=0, max_value=1e4),
)
def test_nbgrader_reads_back_a_score_between_nothing_and_all(
    score: float, most: float, points: float
) -> None:
    stored, whole = determine_grade(cell(graded(marks(score, most), points), points))

    assert 0 <= stored <= whole
    assert stored == pytest.approx(min(1, max(0, score / most)) * points, abs=1e-4)


def test_partial_credit_is_the_share_of_the_cells_points() -> None:
    assert determine_grade(cell(graded(marks(6.0), 5.0))) == (2.5, 5.0)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_grade(score: float) -> None:
    with pytest.raises(ValueError, match="is no grade"):
        marks(score)
    with pytest.raises(ValueError, match="is no grade"):
        marks(1.0, score)
    with pytest.raises(ValueError, match="is no grade"):
        marks(0.0, 0.0)


def test_a_cell_that_nothing_graded_earns_nothing() -> None:
    assert determine_grade(cell(ungraded("it names no exercise"))) == (0, 5.0)
    assert determine_grade(cell(nothing("it is empty"))) == (0, 5.0)


def test_a_report_is_shown_without_control_characters_and_without_floods() -> None:
    text = printable("\x1b[2J\ud800" + "x" * 10_000 + "\n" * 5_000 + "end")

    assert "\x1b" not in text
    assert len(text) < 1_000
    assert text.endswith("more lines")
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("source", "exercise"),
    [
        ("check(msgrcv).require()", "msgrcv"),
        ("# check(msgsnd)\ncheck(msgrcv)", "msgrcv"),
        ("result = check(msgrcv)\ncheck(msgrcv).require()", "msgrcv"),
        ("check(msgrcv)\ncheck(msgsnd)", None),
        ("check()", None),
        ("check('msgrcv')", None),
        ("assert msgrcv(1) == 2", None),
        ("check(msgrcv", None),
    ],
)
def test_a_test_cell_names_one_exercise(source: str, exercise: str | None) -> None:
    assert exercise_of(source) == exercise


def test_more_code_than_anybody_writes_is_not_graded() -> None:
    notebook = v4.new_notebook()
    notebook.cells = [v4.new_code_cell("x" * 600_000), v4.new_markdown_cell("y" * 10**6)]
    assert too_large(notebook) is None

    notebook.cells.append(notebook.cells[0])

    assert "1,200,000 characters, and 1,000,000 at most" in str(too_large(notebook))


def test_only_a_graded_code_cell_that_is_no_answer_is_a_test() -> None:
    test, answer, plain = cell([]), cell([]), v4.new_code_cell("x")
    answer.metadata["nbgrader"]["solution"] = True

    assert [is_test(each) for each in (test, answer, plain)] == [True, False, False]


def test_code_that_crashes_pythons_compiler_does_not_crash_the_grader() -> None:
    code = "clean_cell('[x' + ' for x in y' * 100_000 + ']')"

    done = subprocess.run(
        [sys.executable, "-c", f"from autograder.cells import *; {code}"], check=False
    )

    assert done.returncode == 0
