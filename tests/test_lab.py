"""The folder that JupyterLab is opened over (autograder/lab.py)."""

import os
import sys
from pathlib import Path

import pytest

from autograder import lab
from autograder.demo.students import read_class
from autograder.exercise import exercises


def environment(home: Path) -> dict[str, str]:
    """Jupyter's own folders, and this Python's commands first."""
    places = [os.path.dirname(sys.executable), os.environ["PATH"]]
    return {"PATH": os.pathsep.join(places), "HOME": str(home)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lab that was made, written in, and made again."""
    home = tmp_path_factory.mktemp("home")
    lab.prepare(home / "lab", environment(home))
    work = home / "lab" / "work" / "ps2" / "messages.ipynb"
    work.write_text(work.read_text().replace("Write this function", "I am writing this function"))
    lab.prepare(home / "lab", environment(home))
    return home / "lab"


def test_everything_is_there_and_what_a_student_wrote_stays(folder: Path) -> None:
    work = (folder / "work" / "ps2" / "messages.ipynb").read_text()

    assert "I am writing this function" in work
    assert "BEGIN SOLUTION" not in work
    start = (folder / "START.md").read_text()
    assert "[Problem set 2: messages](work/ps2/messages.ipynb)" in start
    assert "[4. Messages](lectures/04_messages.ipynb)" in start
    config = (folder / "course" / "nbgrader_config.py").read_text()
    assert config.count("c.Exchange.root = ") == 1


def test_every_assignment_is_there_to_be_worked_in(folder: Path) -> None:
    assert {path.parent.name for path in folder.glob("work/*/*.ipynb")} == {
        one.assignment for one in exercises()
    }


def test_a_class_has_handed_in_and_nobody_in_it_attacks(folder: Path) -> None:
    handed_in = {path.parents[1].name for path in folder.glob("course/submitted/*/ps2/*.ipynb")}
    assert handed_in == {one.id for one in read_class() if not one.attack()}
    assert len(handed_in) >= 8


def test_a_lecture_that_was_worked_in_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "notebooks", tmp_path / "lectures"
    source.mkdir()
    for name in ("01_one.ipynb", "01_one.py", "01_quiz.txt"):
        (source / name).write_text("given")
    lab.lectures(source, target)
    (target / "01_one.ipynb").write_text("worked in")
    lab.lectures(source, target)

    assert (target / "01_one.ipynb").read_text() == "worked in"
    assert sorted(path.name for path in target.iterdir()) == ["01_one.ipynb", "01_quiz.txt"]


def test_settings_that_were_changed_by_hand_stay(tmp_path: Path) -> None:
    lab.settings(tmp_path)
    path = tmp_path / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    path.write_text('{"fetchNews": "true"}')
    lab.settings(tmp_path)

    assert path.read_text() == '{"fetchNews": "true"}'
