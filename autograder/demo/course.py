"""The demonstration's course: a folder of its own, and nbgrader's commands run in it."""

import shutil
from pathlib import Path

from autograder.jupyter import environment, run

COURSE = Path(__file__).resolve().parents[2] / "course"
MARK = ".kernelbook-demo"  # only a folder with this in it is ever emptied


def fresh_folder(folder: Path) -> Path:
    """An empty folder that is the demonstration's; raises FileExistsError for anybody else's."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise FileExistsError(
            f"{folder} is not empty and no demonstration made it; name another folder with --to"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("`kernelbook demo` made this folder and empties it each time.\n")
    return folder.resolve()


def make_course(folder: Path, assignment: str, isolated: bool) -> None:
    """A copy of the course with one assignment's source and nothing else."""
    folder.mkdir()
    config = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    if not isolated:
        config += (
            "\nc.GradeInSandbox.allow_unisolated = True  # a demonstration: nothing is official\n"
        )
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copytree(
        COURSE / "source" / assignment,
        folder / "source" / assignment,
        ignore=shutil.ignore_patterns("*.py", ".*"),
    )


def nbgrader(folder: Path, *command: str) -> None:
    """Runs one nbgrader command in the course's folder; raises CommandFailed."""
    run(["-m", "nbgrader", *command], folder, environment())
