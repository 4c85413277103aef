"""A class graded ahead by workers has exactly the grades of plain `nbgrader autograde`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.classrun import CourseError, autograde_class, course_folder
from autograder.exercise import exercise
from tests.nbgrader_course import PS, Course, copied, generated, report_of, solutions, solved

LOOP = "async def msgrcv(u, *rest):\n    while True: pass"
RUN = """\
import sys
from autograder.classrun import grade_class
seen = []
run = grade_class("ps2", workers=2, progress=lambda *all: seen.append(all))
assert run.ok and not run.failures, run
assert seen[-1][:2] == (run.ahead, run.ahead), seen
print(run.submissions, run.ahead)
"""


def hand_in(course: Course) -> None:
    wrong = solutions()["msgrcv"].replace("message.mtype == mtype", "mtype > 0")
    course.hand_in("right", solved(course.released()))
    course.hand_in("same", solved(course.released()))
    course.hand_in("wrong", solved(course.released(), msgrcv=wrong))
    course.hand_in("loops", solved(course.released(), msgrcv=LOOP))
    course.hand_in("broken", b"{")


def python(course: Course, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course.root, env=course.env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_workers_give_the_grades_of_plain_nbgrader(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    base = generated(tmp_path_factory)
    ahead = copied(base, tmp_path_factory.mktemp("ahead"))
    plain = copied(base, tmp_path_factory.mktemp("plain"))
    for course in (ahead, plain):
        hand_in(course)

    said = python(ahead, RUN)
    plain.nbgrader("autograde", PS)

    assert said.splitlines()[-1] == "5 15"  # two submissions are the same, one is no notebook
    assert ahead.scores() == plain.scores()
    assert set(plain.scores()) == {"right", "same", "wrong", "loops", "broken"}
    full = float(exercise("msgrcv").points)
    scores = {student: grades["test_msgrcv"] for student, grades in plain.scores().items()}
    assert scores["right"] == scores["same"] == full
    assert 0 < float(scores["wrong"] or 0) < full
    assert scores["loops"] == scores["broken"] == 0
    for student in plain.scores():
        for name in ("msgrcv", "msgctl"):
            mine, theirs = (report_of(each.autograded(student), name) for each in (ahead, plain))
            assert mine == theirs


UNISOLATED = """\
import os
os.environ["KERNELBOOK_SANDBOX"] = "none"
from autograder.classrun import CourseError, grade_class
try:
    grade_class("ps2", student="right", workers=0)
except CourseError as error:
    print("refused:", error)
with open("nbgrader_config.py", "a") as config:
    config.write("c.GradeInSandbox.allow_unisolated = True\\n")
assert grade_class("ps2", student="right", workers=0).ok
"""


def test_a_machine_that_cannot_isolate_gives_no_grade_unless_it_is_allowed_and_said(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    course = copied(generated(tmp_path_factory), tmp_path_factory.mktemp("unisolated"))
    course.hand_in("right", solved(course.released()))

    said = python(course, UNISOLATED)

    assert "refused: this machine cannot isolate student code (nothing was graded)" in said
    assert "allow_unisolated = True" in said
    report = report_of(course.autograded("right"), "msgrcv")
    assert report.startswith("NO OFFICIAL GRADE: this machine could not isolate")


def test_grades_go_to_the_gradebook_that_is_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    course = copied(generated(tmp_path_factory), tmp_path_factory.mktemp("other"))
    course.hand_in("right", solved(course.released()))
    other = course.root.parent / "other.db"
    shutil.copy(course.root / "gradebook.db", other)

    python(
        course,
        "from autograder.classrun import autograde_class\n"
        f"assert autograde_class('ps2', workers=0, db='sqlite:///{other}') == 0",
    )

    assert course.scores() == {}
    with Gradebook(f"sqlite:///{other}") as gradebook:
        assert [each.student.id for each in gradebook.assignment_submissions(PS)] == ["right"]


def test_an_assignment_that_nobody_handed_in_is_told(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    course = copied(generated(tmp_path_factory), tmp_path_factory.mktemp("nobody"))

    said = python(
        course,
        "from autograder.cli import main\nprint('exit', main(['autograde', 'ps2']))",
    )

    assert "kernelbook autograde: No notebooks were matched" in said
    assert said.endswith("exit 2\n")


def test_a_cluster_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(CourseError, match="use --workers N"):
        autograde_class(PS, scheduler="tcp://127.0.0.1:8786")


def test_no_course_here_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CourseError, match="there is no nbgrader_config"):
        course_folder()


def test_a_course_is_found_here_or_in_a_folder_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "nbgrader_config.py").touch()

    monkeypatch.chdir(tmp_path)
    assert course_folder() == tmp_path / "course"
    monkeypatch.chdir(tmp_path / "course")
    assert course_folder() == tmp_path / "course"
