"""The demonstration's course: a folder of its own, and nbgrader's commands run in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2] / "course"
MARK = ".kernelbook-demo"  # only a folder with this in it is ever emptied


class CommandFailed(RuntimeError):
    """A command of nbgrader ended badly; the message has the end of what it said."""


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


def nbgrader(folder: Path, *command: str) -> str:
    """Runs one nbgrader command in the course's folder; gives what it logged."""
    places = [os.path.dirname(sys.executable), os.environ.get("PATH", "")]
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=folder,
        env={**os.environ, "PATH": os.pathsep.join(places)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise CommandFailed(f"nbgrader {' '.join(command)} failed:\n{said}")
    return done.stderr
