"""`kernelbook lab`: JupyterLab over a folder with lectures, assignments and the course.

lab/START.md     where to begin
lab/lectures/    the lectures, trusted, so that their widgets show at once
lab/work/        the assignments as a student gets them
lab/course/      the course as its instructor has it, for formgrader and nbgrader, with a class
                 that has handed in

What is there stays as it is: only what is missing is made.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from autograder.demo.play import ASSIGNMENT, hand_in
from autograder.demo.students import read_class
from autograder.exercise import exercises
from autograder.jupyter import environment, run

ROOT = Path(__file__).resolve().parents[1]
# JupyterLab's settings here: the start page is shown, not edited; light or dark as the system is;
# nothing is asked of the network; a notebook ends with its last cell, not a page below it, so that
# who scrolls before JupyterLab has put in all cells is not led to an empty page.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "apputils-extension/themes": {"adaptive-theme": True},
    "docmanager-extension/plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
    "notebook-extension/tracker": {"scrollPastEnd": False},
}
EXCHANGE = """
# In the lab everybody releases, fetches and submits on this machine
c.Exchange.root = str(Path(__file__).resolve().parents[1] / "exchange")
"""
START = """# Kernelbook

How processes talk, and how a kernel survives many processors, with a kernel in the page.

## Where to begin

{begin}

## Lectures

{lectures}

Read, predict, then look; *Run* > *Run All Cells* brings every player and console to life.

## Assignments

{assignments}

Write the functions, and run `check(...)` as often as you like.

## Instructors

Open *Nbgrader* > *Formgrader* in the menu. A class has handed in {graded}: press the button in the
column *Autograde*, then look at a student's feedback. Its course is in `course/`.
"""


def lab(folder: Path, arguments: list[str]) -> NoReturn:
    """Makes what is not there yet, then becomes JupyterLab."""
    folder = folder.resolve()
    env = environment()
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
    generate([one for one in assignments if not (course / "release" / one).exists()], course, env)
    for assignment in assignments:
        if not (folder / "work" / assignment).exists():
            shutil.copytree(course / "release" / assignment, folder / "work" / assignment)
    if not (course / "submitted").exists():
        hand_in([one for one in read_class() if not one.attack()], course, {})
    lectures(ROOT / "notebooks", folder / "lectures")
    made = sorted(folder.glob("lectures/*.ipynb")) + sorted(folder.glob("*/*/*.ipynb"))
    run(["-m", "jupyter", "trust", *map(str, made)], folder, env)
    (folder / "START.md").write_text(start_page(folder), encoding="utf-8")


def generate(assignments: list[str], course: Path, env: dict[str, str]) -> None:
    """Makes what students get of these assignments, with one start of nbgrader for all."""
    if not assignments:
        return
    with tempfile.TemporaryDirectory() as scratch:
        plan = Path(scratch) / "plan.json"
        commands = [
            [str(course), str(Path(scratch) / one), ["generate_assignment", one]]
            for one in assignments
        ]
        plan.write_text(json.dumps(commands), encoding="utf-8")
        run(["-m", "autograder.commands", str(plan)], course, env)


def lectures(source: Path, target: Path) -> None:
    """The lectures and what they read; one that is there already may have been worked in."""
    target.mkdir(exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.is_file() and path.suffix != ".py" and not (target / path.name).exists():
            shutil.copy(path, target)


def start_page(folder: Path) -> str:
    """The page that says where to begin, with a link to every lecture and assignment."""
    every = [(path, title(path)) for path in sorted((folder / "lectures").glob("*.ipynb"))]
    work = [(path, title(path)) for path in sorted((folder / "work").glob("*/*.ipynb"))]
    listed = {
        name: "\n".join(
            f"- [{words}]({path.relative_to(folder).as_posix()})" for path, words in found
        )
        for name, found in (("lectures", every), ("assignments", work))
    }
    first, then = every[0], work[0]
    begin = (
        f"With [{first[1]}]({first[0].relative_to(folder).as_posix()}), and the lectures after it. "
        f"Then take [{then[1]}]({then[0].relative_to(folder).as_posix()})."
    )
    return START.format(begin=begin, graded=f"`{ASSIGNMENT}`", **listed)


def title(path: Path) -> str:
    """A notebook's first heading."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if source.startswith("# "):
            return source.partition("\n")[0].removeprefix("# ")
    return path.stem


def settings(folder: Path) -> Path:
    """A folder of JupyterLab's settings; what its user changes later stays."""
    for name, wanted in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(wanted), encoding="utf-8")
    return folder
