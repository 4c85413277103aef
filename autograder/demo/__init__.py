"""`kernelbook demo`: from a student release to a graded class, with attacks in it."""

from pathlib import Path


def demo(folder: Path) -> int:
    """Makes a class in `folder`, grades it and shows the grades; 0 if all is as it should be."""
    from .play import play  # nbgrader and its gradebook: only when something is graded

    return play(folder)
