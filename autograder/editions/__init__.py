"""The editions: the student's, and for each exercise the kernel that the sandbox holds."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.editions.leave_out import leave_one_out

if TYPE_CHECKING:
    from autograder.editions.edition import Release

__all__ = ["leave_one_out", "release", "wheels"]


def release(to: Path, open_assignments: Iterable[str] = (), wheel: bool = True) -> "Release":
    """Makes the student edition; see autograder.editions.edition."""
    from autograder.editions.edition import release as make  # grading needs nothing of this

    return make(to, open_assignments, wheel)


def wheels(to: Path, open_assignments: Iterable[str] = ()) -> list[Path]:
    """Builds the wheels of both editions, the instructor's and the student's, into a folder.

    Raises ValueError where the instructor edition is not a checkout, which holds its project.
    """
    from autograder.editions.wheel import build_wheel

    project = Path(__file__).parents[2]
    if not (project / "pyproject.toml").is_file():
        raise ValueError(f"{project} holds no project to build; run this in a checkout")
    with tempfile.TemporaryDirectory() as made:
        student = release(Path(made) / "student", open_assignments)
        assert student.wheel is not None, "an edition has a wheel unless none is asked for"
        to.mkdir(parents=True, exist_ok=True)
        copied = Path(shutil.copy(student.wheel, to))
    return [build_wheel(project, to), copied]
