"""`kernelbook lab`: JupyterLab over a folder with lectures, assignments and the course.

lab/START.md     where to begin
lab/lectures/    the lectures, trusted, so that their widgets show at once
lab/work/        the assignments as a student gets them; never overwritten
lab/course/      the course as its instructor has it, for formgrader and nbgrader
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.exercise import exercises

ROOT = Path(__file__).resolve().parents[1]
START = """# Kernelbook

- **Lectures** are in `lectures/`. Begin with the lowest number.
- **Assignments** are in `work/`: {assignments}.
  Open one, read, write the functions, and run `check(...)` as often as you like.
- **Instructors** find formgrader in the menu *Nbgrader*; its course is in `course/`.
"""


def lab(folder: Path, arguments: list[str]) -> int:
    """Makes what is not there yet and runs JupyterLab until it is stopped; its exit status."""
    folder = folder.resolve()
    places = [os.path.dirname(sys.executable), os.environ.get("PATH", "")]
    env = {**os.environ, "PATH": os.pathsep.join(places)}
    prepare(folder, env)
    env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [str(folder / "course"), env.get("JUPYTER_CONFIG_PATH")])
    )
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.default_url=/lab/tree/START.md", *arguments),
    ]
    return subprocess.run(command, cwd=folder / "course", env=env, check=False).returncode


def prepare(folder: Path, env: dict[str, str]) -> None:
    """Fills the folder with whatever is missing; what a student has written stays."""
    assignments = sorted({one.assignment for one in exercises()})
    course = folder / "course"
    if not course.exists():
        shutil.copytree(ROOT / "course", course, ignore=shutil.ignore_patterns(".*", "*.db"))
    for assignment in assignments:
        if not (course / "release" / assignment).exists():
            run(["-m", "nbgrader", "generate_assignment", assignment], course, env)
        if not (folder / "work" / assignment).exists():
            shutil.copytree(course / "release" / assignment, folder / "work" / assignment)
    lectures = folder / "lectures"
    lectures.mkdir(exist_ok=True)
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, lectures)
    made = [str(path) for path in sorted(folder.glob("**/*.ipynb"))]
    if made:
        run(["-m", "jupyter", "trust", *made], folder, env)
    listed = ", ".join(f"`{assignment}`" for assignment in assignments)
    (folder / "START.md").write_text(START.format(assignments=listed), encoding="utf-8")


def run(arguments: list[str], folder: Path, env: dict[str, str]) -> None:
    """Runs one of Jupyter's commands; raises RuntimeError with what it said."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{said}")
