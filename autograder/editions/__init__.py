"""The editions: the student's, and for each exercise the kernel that the sandbox holds."""

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
    """Builds the wheels of both editions into a folder; see autograder.editions.edition."""
    from autograder.editions.edition import wheels as make

    return make(to, open_assignments)
