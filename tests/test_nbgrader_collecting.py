"""What a student puts into the exchange is collected when it is theirs, and else left there."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.nbgrader_plugin.ahead import _is_due
from autograder.nbgrader_plugin.beside import odd_files
from autograder.nbgrader_plugin.collecting import CollectFiles


def collected(source: Path, target: Path) -> dict[str, bytes]:
    """The files that are there after collecting a submission."""
    CollectFiles(coursedir=CourseDirectory()).do_copy(str(source), str(target))
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in target.rglob("*")
        if path.is_file()
    }


def test_links_and_pipes_stay_where_they_are(tmp_path: Path) -> None:
    (secret := tmp_path / "gradebook.db").write_text("every grade")
    (bob := tmp_path / "bob").mkdir()
    (bob / "messages.ipynb").write_text("the work of another")
    (mine := tmp_path / "ada+ps2+time").mkdir()
    (mine / "data").mkdir()
    (mine / "data" / "own.txt").write_text("own")
    (mine / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC")
    (mine / "messages.html").symlink_to(secret)
    (mine / "messages.ipynb").symlink_to(bob / "messages.ipynb")
    (mine / "more").symlink_to(bob)
    os.mkfifo(mine / "pipe")

    assert collected(mine, tmp_path / "submitted") == {
        "data/own.txt": b"own",
        "timestamp.txt": b"2030-01-01 00:00:00 UTC",
    }


def test_a_submission_that_is_a_link_to_another_is_empty(tmp_path: Path) -> None:
    (bob := tmp_path / "bob").mkdir()
    (bob / "messages.ipynb").write_text("the work of another")
    (link := tmp_path / "ada+ps2+time").symlink_to(bob)

    assert collected(link, tmp_path / "submitted") == {}


def test_nothing_is_copied_out_of_a_folder_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "yours").mkdir()
    (tmp_path / "yours" / "data.csv").write_text("1")
    (tmp_path / "mine").symlink_to(tmp_path / "yours")

    assert odd_files(tmp_path / "yours") == []
    assert odd_files(tmp_path / "mine") == [tmp_path / "mine" / "data.csv"]


@pytest.mark.parametrize("stamp", [b"no date", b"\xff\xfe", b"9" * 30])
def test_a_time_that_is_none_does_not_stop_the_planning(tmp_path: Path, stamp: bytes) -> None:
    course: Any = CourseDirectory(root=str(tmp_path), assignment_id="ps2")
    for place in ("submitted", "autograded"):
        (tmp_path / place / "ada" / "ps2").mkdir(parents=True)
    (submitted := tmp_path / "submitted" / "ada" / "ps2").joinpath("timestamp.txt").write_bytes(
        stamp
    )

    assert not _is_due(SimpleNamespace(coursedir=course, force=False), submitted)
