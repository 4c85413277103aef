"""Grades are kept for as long as nothing that they depend on has changed."""

import json
import shutil
from concurrent.futures import Future
from pathlib import Path

import nbformat
import pytest

from autograder.exercise import exercises
from autograder.nbgrader_plugin import cache
from autograder.nbgrader_plugin.ahead import exercise_in
from autograder.nbgrader_plugin.cache import grade_exercise, holding, keep, kept, key_of
from autograder.nbgrader_plugin.grade import is_test
from autograder.nbgrader_plugin.marks import Marks
from autograder.nbgrader_plugin.worker import Task, WorkerError, spread
from autograder.problems import own

STUB = ["from kernel_model import *", "def msgrcv(u, *rest):\n    return 0"]


def marks(verdict: str = "fail", score: float = 3.0) -> Marks:
    return Marks("msgrcv", score, 30.0, verdict, "full", "msgrcv: 3 of 30 points")


def test_a_kept_grade_is_found_again(tmp_path: Path) -> None:
    keep("abcdef", marks(), tmp_path)

    assert kept("abcdef", tmp_path) == marks()
    assert kept("abcdeg", tmp_path) is None
    assert kept("abcdef", None) is None


def test_a_timeout_is_not_kept_for_another_run(tmp_path: Path) -> None:
    keep("abcdef", marks("timeout"), tmp_path)

    assert kept("abcdef", tmp_path) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"score": 1}', json.dumps(marks().to_json() | {"score": float("nan")})]
)
def test_a_file_that_is_no_grade_is_none(tmp_path: Path, text: str) -> None:
    keep("abcdef", marks(), tmp_path)
    next(tmp_path.rglob("*.json")).write_text(text)

    assert kept("abcdef", tmp_path) is None


def test_every_test_cell_of_the_course_is_asked_ahead_by_the_name_of_its_exercise() -> None:
    notebooks = sorted((Path(__file__).parents[1] / "course/source").glob("*/*.ipynb"))
    cells = [cell for file in notebooks for cell in nbformat.read(file, 4).cells if is_test(cell)]

    assert sorted(map(str, map(exercise_in, cells))) == sorted(one.name for one in exercises())


def test_grades_made_ahead_hold_for_one_run_timeouts_included() -> None:
    with holding({"abcdef": marks("timeout")}):
        assert kept("abcdef", None) == marks("timeout")
    assert kept("abcdef", None) is None


def test_a_key_names_the_cells_the_exercise_and_its_suite(tmp_path: Path) -> None:
    suites = tmp_path / "msgrcv"
    suites.mkdir()
    (suites / "hidden.json").write_text("[]")
    keys = [
        key_of("msgrcv", STUB, None),
        key_of("msgrcv", [*STUB, "1"], None),
        key_of("msgsnd", STUB, None),
        key_of("msgrcv", STUB, tmp_path),
    ]
    (suites / "hidden.json").write_text("[ ]")

    assert len({*keys, key_of("msgrcv", STUB, tmp_path)}) == 5
    assert key_of("msgrcv", STUB, None) == keys[0]


def test_a_suite_that_is_edited_counts_from_the_next_class_on(tmp_path: Path) -> None:
    (tmp_path / "msgrcv").mkdir()
    (tmp_path / "msgrcv" / "hidden.json").write_text("[]")
    versions: dict[str, str] = {}
    before = key_of("msgrcv", STUB, tmp_path, versions)
    (tmp_path / "msgrcv" / "hidden.json").write_text("[ ]")

    assert key_of("msgrcv", STUB, tmp_path, versions) == before
    assert key_of("msgrcv", STUB, tmp_path, {}) != before


def test_a_key_names_the_code_that_grades(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.code_version()
    others = shutil.ignore_patterns("exercises", "__pycache__")  # tests beside this one compile
    for folder in cache.CODE:
        shutil.copytree(folder, tmp_path / folder.name, ignore=others)
    monkeypatch.setattr(cache, "CODE", tuple(tmp_path / folder.name for folder in cache.CODE))
    cache.code_version.cache_clear()
    try:
        same = cache.code_version()
        (tmp_path / "kernel_model" / "ipc.py").write_text("")
        cache.code_version.cache_clear()
        other = cache.code_version()
    finally:
        cache.code_version.cache_clear()

    assert same == before
    assert other != before


def test_what_a_worker_is_making_is_waited_for(tmp_path: Path) -> None:
    coming: Future[Marks] = Future()
    coming.set_result(marks())
    key = key_of("msgrcv", STUB, None)

    assert grade_exercise("msgrcv", STUB, None, False, tmp_path, {key: coming}) == marks()
    assert kept(key, tmp_path) == marks()


def test_what_a_worker_could_not_make_is_graded_here(tmp_path: Path) -> None:
    coming: Future[Marks] = Future()
    coming.set_exception(WorkerError("the worker was lost"))
    key = key_of("msgrcv", STUB, None)

    made = grade_exercise("msgrcv", STUB, None, False, None, {key: coming})

    assert (made.exercise, made.most) == ("msgrcv", 30.0)


def test_workers_grade_and_tell_what_they_cannot_grade(tmp_path: Path) -> None:
    good = Task("a", "ada", "msgrcv", tuple(STUB), None, False)
    bad = Task("b", "bob", "msgrcv", tuple(STUB), tmp_path / "nowhere", False)

    coming = spread([bad, good], 1)

    assert coming["a"].result(600).report.startswith("msgrcv: ")
    with pytest.raises(WorkerError, match="there is no hidden suite for msgrcv"):
        coming["b"].result(600)


def test_errors_that_only_the_missing_function_caused_are_left_out() -> None:
    cells = ["a = msgrcv()\nwaiting = a", "waiting\nother = 1", "other", "mine = nothing"]
    missing = "NotImplementedError: msgrcv is what this exercise asks for; it is not here"
    errors = [missing, *(f"NameError: name '{n}' is not defined" for n in ("waiting", "other"))]
    problems = [{"cell": n, "line": 1, "error": error} for n, error in enumerate(errors, 1)]
    real = {"cell": 4, "line": 1, "error": "NameError: name 'nothing' is not defined"}

    assert own([*problems, real], cells) == [real]


def test_errors_of_what_the_missing_function_left_unchanged_are_left_out_but_not_of_functions() -> (
    None
):
    cells = ["k = Kernel()\nk.call()", "k.table[0].size", "x = k.size", "x", "def f(k):\n  k.x = ("]
    missing = "NotImplementedError: shmat is what this exercise asks for; it is not here"
    none = "AttributeError: 'NoneType' object has no attribute 'size'"
    errors = [missing, none, none, "NameError: name 'x' is not defined", "SyntaxError: unclosed"]
    problems = [{"cell": n, "line": 1, "error": error} for n, error in enumerate(errors, 1)]

    assert own(problems, cells) == problems[4:]
    assert own(problems[1:], cells) == problems[1:]


@pytest.mark.parametrize("number", [-5, 0, 2, 999])
def test_a_forged_place_of_an_error_harms_nobody(number: int) -> None:
    forged = {
        "cell": number,
        "line": 1,
        "error": "NotImplementedError: f is what this exercise asks for",
    }

    assert own([forged], ["x = 1", "not python ("]) == []
