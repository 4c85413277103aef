"""A course in a folder of its own, for tests that run nbgrader as instructors and students do."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

ROOT = Path(__file__).parents[1]
PS = "ps2"
NOTEBOOK = "messages"
EXERCISES = ("ipcget", "msgsnd", "msgrcv", "msgctl", "break_msgrcv")


@dataclass(frozen=True)
class Course:
    """A course root with an exchange and a home beside it; nothing outside is touched."""

    root: Path

    @property
    def env(self) -> dict[str, str]:
        """An environment in which Jupyter finds only what belongs to this course."""
        home = self.root.parent / "home"
        home.mkdir(exist_ok=True)
        names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        own = {f"JUPYTER_{name}": str(home / name.lower()) for name in names}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return {**os.environ, **own, "HOME": str(home), "IPYTHONDIR": str(home / "ipython"),
                "PATH": path, "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"}  # fmt: skip

    def nbgrader(
        self, *arguments: str, cwd: Path | None = None, ok: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs an nbgrader command; with `ok` it must end well."""
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=cwd or self.root,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ok and done.returncode:
            raise AssertionError(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout[-4000:]}")
        return done

    def commands(self, *commands: tuple[Path, str]) -> list[str]:
        """Runs (folder, command) after each other in one process; gives what each said."""
        folder = self.root.parent / "commands"
        folder.mkdir(exist_ok=True)
        said = [folder / f"{number}.txt" for number in range(len(commands))]
        plan = [
            [str(cwd), str(file), command.split()]
            for (cwd, command), file in zip(commands, said, strict=True)
        ]
        (folder / "plan.json").write_text(json.dumps(plan))
        done = subprocess.run(
            [sys.executable, "-m", "autograder.commands", str(folder / "plan.json")],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:]
        return [file.read_text(encoding="utf-8") for file in said]

    @property
    def db_url(self) -> str:
        """The gradebook."""
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def released(self) -> NotebookNode:
        """The notebook as students get it."""
        return nbformat.read(self.root / "release" / PS / f"{NOTEBOOK}.ipynb", as_version=4)

    def submitted(self, student: str) -> Path:
        """The folder of a student's submission, made if it is not there."""
        folder = self.root / "submitted" / student / PS
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def hand_in(self, student: str, notebook: NotebookNode | bytes) -> Path:
        """Puts a file where `nbgrader collect` would."""
        path = self.submitted(student) / f"{NOTEBOOK}.ipynb"
        if isinstance(notebook, bytes):
            path.write_bytes(notebook)
        else:
            nbformat.write(notebook, path)
        return path

    def scores(self) -> dict[str, dict[str, float | None]]:
        """What the gradebook says of every student: the automatic score of every graded cell."""
        with Gradebook(self.db_url) as gradebook:
            return {
                submission.student.id: {
                    grade.name: grade.auto_score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in gradebook.assignment_submissions(PS)
            }

    def autograded(self, student: str) -> NotebookNode:
        """The notebook after grading."""
        path = self.root / "autograded" / student / PS / f"{NOTEBOOK}.ipynb"
        return nbformat.read(path, as_version=4)


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with nbgrader's id."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name:
            return cell
    raise KeyError(name)


def report_of(notebook: NotebookNode, exercise: str) -> str:
    """What a student reads in the graded cell of an exercise."""
    outputs = cell_of(notebook, f"test_{exercise}").outputs
    return "\n".join(output.text for output in outputs if output.output_type == "stream")


def solutions() -> dict[str, str]:
    """The sources of right solutions, by exercise: the answer cells of the instructor's source."""
    source = nbformat.read(ROOT / "course" / "source" / PS / f"{NOTEBOOK}.ipynb", as_version=4)
    return {name: cell_of(source, name).source for name in EXERCISES}


def solved(notebook: NotebookNode, **sources: str) -> NotebookNode:
    """The notebook with right solutions in it, or those given."""
    for name, source in {**solutions(), **sources}.items():
        cell_of(notebook, name).source = source
    cell_of(notebook, "why_all").source = "Because messages differ in length."
    return notebook


def new_course(folder: Path) -> Course:
    """The repository's course with the assignment generated, in a folder."""
    root = folder / "course"
    ignored = shutil.ignore_patterns("release", "submitted", "autograded", "feedback", "*.db")
    shutil.copytree(ROOT / "course", root, ignore=ignored)
    course = Course(root)
    course.nbgrader("generate_assignment", PS)
    return course


def copied(course: Course, folder: Path) -> Course:
    """The course as it is now, in a folder of its own, for tests that change it."""
    shutil.copytree(course.root, folder / "course", symlinks=True)
    return Course(folder / "course")


@contextmanager
def once(folder: Path, make: Callable[[Path], object]) -> Iterator[Path]:
    """The folder that `make` fills, made by the first of all test processes that need it."""
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "begun").exists():
            (folder / "begun").touch()
            make(folder)
            (folder / "done").touch()
    assert (folder / "done").exists(), f"another test process failed to make {folder}"
    yield folder


def shared(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder for all processes of one test run."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


def generated(factory: pytest.TempPathFactory) -> Course:
    """A course with the assignment generated, to be copied and not changed."""
    with once(shared(factory, "generated"), new_course) as folder:
        return Course(folder / "course")
