"""The assignments as students get them: what nbgrader releases of the instructor's notebooks."""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path

NEVER = shutil.ignore_patterns("*.py", "__pycache__", ".*")  # reviewed sources hold solutions


class ReleaseError(RuntimeError):
    """An edition cannot be made; the message says why."""


def released_assignments(source: Path) -> dict[str, bytes]:
    """Every file of every assignment below the folder `source`, by its place.

    No gradebook is touched: nbgrader works on a copy, without one.
    """
    with tempfile.TemporaryDirectory(prefix="kernelbook-") as made:
        course = Path(made)
        names = []
        for folder in sorted(source.iterdir()) if source.is_dir() else []:
            if any(folder.glob("*.ipynb")):
                shutil.copytree(folder, course / "source" / folder.name, ignore=NEVER)
                names.append(folder.name)
        for name in names:
            _generate(course, name)
        released = course / "release"
        return {
            path.relative_to(released).as_posix(): path.read_bytes()
            for path in sorted(released.rglob("*"))
            if path.is_file()
        }


def released_lectures(folder: Path) -> dict[str, bytes]:
    """The lectures, by place, without outputs: those were made with an open kernel.

    What they read, their questions and measurements, lies beside them.
    """
    beside = sorted([*folder.glob("*.txt"), *folder.glob("*.csv")])
    files = {path.name: path.read_bytes() for path in beside}
    for path in sorted(folder.glob("*.ipynb")):
        import nbformat  # takes a second

        notebook = nbformat.read(path, as_version=4)
        notebook.metadata.pop("widgets", None)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        files[path.name] = (nbformat.writes(notebook).rstrip("\n") + "\n").encode()
    return files


def _generate(course: Path, name: str) -> None:
    """`nbgrader generate_assignment`, in this process."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from autograder.nbgrader_plugin import configure

    config = Config()
    configure(config)
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = name
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False  # as `nbgrader generate_assignment --no-db` does it
    log = logging.getLogger("kernelbook.release")
    log.setLevel(logging.ERROR)
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, log=log)
    try:
        converter.start()
    except Exception as error:  # nbgrader's own are of many kinds, and say little
        raise ReleaseError(f"nbgrader cannot release {name}: {error}") from error
