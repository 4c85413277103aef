"""The student edition as a release makes it, made once for all processes of one test run."""

import pickle
from pathlib import Path

import pytest

from autograder.editions import release
from autograder.editions.edition import Release
from tests.nbgrader_course import once, shared


def student_edition(factory: pytest.TempPathFactory) -> Release:
    """Folder and wheel; nobody changes them."""

    def make(folder: Path) -> None:
        (folder / "made.pickle").write_bytes(pickle.dumps(release(folder / "student")))

    with once(shared(factory, "edition"), make) as folder:
        made: Release = pickle.loads((folder / "made.pickle").read_bytes())
        return made
