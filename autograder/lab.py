"""`kernelbook lab`: JupyterLab over a folder with lectures, assignments and the course.

lab/START.md     where to begin
lab/lectures/    the lectures, trusted, so that their widgets show at once
lab/work/        the assignments as a student gets them; never overwritten
lab/course/      the course as its instructor has it, for formgrader and nbgrader
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from autograder.exercise import exercises

ROOT = Path(__file__).resolve().parents[1]
# JupyterLab's settings here: the start page is shown, not edited; nothing is asked of the network.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}
EXCHANGE = """
# In the lab everybody releases, fetches and submits on this machine
c.Exchange.root = str(Path(__file__).resolve().parents[1] / "exchange")
"""
LECTURES = "- **Lectures** are in `lectures/`. Begin with the lowest number.\n"
START = """# Kernelbook

{lectures}- **Assignments** are in `work/`: {assignments}.
  Open one, read, write the functions, and run `check(...)` as often as you like.
- **Instructors** find formgrader in the menu *Nbgrader*; its course is in `course/`.
"""


def lab(folder: Path, arguments: list[str]) -> NoReturn:
    """Makes what is not there yet, then becomes JupyterLab."""
    folder = folder.resolve()
    places = [os.path.dirname(sys.executable), os.environ.get("PATH", "")]
    env = {**os.environ, "PATH": os.pathsep.join(places)}
    prepare(folder, env)
    env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [str(folder / "course"), env.get("JUPYTER_CONFIG_PATH")])
    )
    env.setdefault("JUPYTERLAB_SETTINGS_DIR", str(settings(folder / ".settings")))
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"),
        *(["--allow-root"] if os.geteuid() == 0 else []),  # a container's only user
        *("--LabApp.default_url=/lab/tree/START.md", *arguments),
    ]
    os.chdir(folder / "course")
    os.execve(sys.executable, command, env)  # in this process's place, so that signals reach it


def prepare(folder: Path, env: dict[str, str]) -> None:
    """Fills the folder with whatever is missing; what a student has written stays."""
    assignments = sorted({one.assignment for one in exercises()})
    course = folder / "course"
    if not course.exists():
        shutil.copytree(ROOT / "course", course, ignore=shutil.ignore_patterns(".*", "*.db"))
        with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(EXCHANGE)
    (folder / "exchange").mkdir(exist_ok=True)
    for assignment in assignments:
        if not (course / "release" / assignment).exists():
            run(["-m", "nbgrader", "generate_assignment", assignment], course, env)
        if not (folder / "work" / assignment).exists():
            shutil.copytree(course / "release" / assignment, folder / "work" / assignment)
    lectures = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for notebook in lectures:
        (folder / "lectures").mkdir(exist_ok=True)
        shutil.copy(notebook, folder / "lectures")
    made = [str(path) for path in sorted(folder.glob("**/*.ipynb"))]
    if made:
        run(["-m", "jupyter", "trust", *made], folder, env)
    listed = ", ".join(f"`{assignment}`" for assignment in assignments)
    words = START.format(lectures=LECTURES if lectures else "", assignments=listed)
    (folder / "START.md").write_text(words, encoding="utf-8")


def settings(folder: Path) -> Path:
    """A folder of JupyterLab's settings; what its user changes later stays."""
    for name, wanted in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(wanted), encoding="utf-8")
    return folder


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
