"""Gradebooks share an engine (autograder/nbgrader_plugin/engines.py)."""

import os
import sys
from pathlib import Path

import pytest
from nbgrader import api
from nbgrader.api import Gradebook

from autograder.nbgrader_plugin.engines import share_engines


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests find nbgrader as it was; it finds its alembic."""
    places = [os.path.dirname(sys.executable), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(places))
    monkeypatch.setattr(api, "create_engine", api.create_engine)


def test_two_openings_of_one_gradebook_use_one_engine_and_see_the_same(tmp_path: Path) -> None:
    share_engines()
    share_engines()
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as first:
        first.add_student("abel")
        engine = first.engine
    with Gradebook(url) as second:
        assert second.engine is engine
        assert [student.id for student in second.students] == ["abel"]


def test_gradebooks_of_different_files_stay_apart(tmp_path: Path) -> None:
    share_engines()
    with Gradebook(f"sqlite:///{tmp_path / 'a.db'}") as first:
        first.add_student("abel")
    with Gradebook(f"sqlite:///{tmp_path / 'b.db'}") as second:
        assert list(second.students) == []


def test_a_gradebook_in_memory_is_its_openers_own() -> None:
    share_engines()
    with Gradebook("sqlite:///:memory:") as first:
        first.add_student("abel")
    with Gradebook("sqlite:///:memory:") as second:
        assert list(second.students) == []
