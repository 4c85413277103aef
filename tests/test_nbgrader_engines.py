"""Gradebooks share an engine (autograder/nbgrader_plugin/engines.py)."""

from pathlib import Path

import pytest
from nbgrader import api

from autograder.nbgrader_plugin.engines import share_engines


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines are shared here, and other tests find nbgrader as it was."""
    monkeypatch.setattr(api, "create_engine", api.create_engine)
    share_engines()
    share_engines()


def test_whoever_opens_a_gradebook_gets_the_same_engine(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"

    assert api.create_engine(url, future=True) is api.create_engine(url, future=True)


def test_gradebooks_in_different_files_stay_apart(tmp_path: Path) -> None:
    first, second = (api.create_engine(f"sqlite:///{tmp_path / name}") for name in ("a", "b"))

    assert first is not second


def test_a_gradebook_in_memory_is_its_openers_own() -> None:
    memory = "sqlite:///:memory:"

    assert api.create_engine(memory) is not api.create_engine(memory)
