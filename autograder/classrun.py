"""A whole class, graded in parallel: `kernelbook autograde ps2 --workers 4`.

Worker processes, each with its own sandbox, grade ahead into the cache that the preprocessor looks
into; then nbgrader's own autograde runs in this process and finds every grade there. So the
gradebook, the feedback and the grades are exactly those of plain `nbgrader autograde`.
"""

from __future__ import annotations

import contextlib
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.nbgrader_plugin.marks import Marks
    from autograder.nbgrader_plugin.worker import Task

Progress = Callable[[int, int, str], None]  # how many are done, of how many, and the last of them


class CourseError(RuntimeError):
    """The class cannot be graded; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ClassRun:
    """How grading a class went."""

    assignment: str
    submissions: int  # notebooks in it
    ahead: int  # exercises that workers graded
    ok: bool  # nbgrader graded every submission
    seconds: float
    failures: list[str]  # what a worker could not grade, and why


def autograde_class(
    assignment: str,
    workers: int | None = None,
    scheduler: str | None = None,
    db: str | None = None,
    course: Path | None = None,
) -> int:
    """The command: grades a class, shows how far it is, and gives an exit status."""
    if scheduler is not None:
        raise CourseError("grading on a cluster is not there yet: use --workers N in its place")
    bar = shown if sys.stderr.isatty() else None
    run = grade_class(assignment, workers=workers, db=db, course=course, progress=bar)
    for failure in run.failures:
        print(f"could not be graded: {failure}", file=sys.stderr)
    how = "" if run.ok else "; not all could be graded, see above"
    print(f"{assignment}: {run.submissions} notebooks in {run.seconds:.1f} s{how}")
    return 0 if run.ok else 1


def grade_class(
    assignment: str,
    workers: int | None = None,
    db: str | None = None,
    course: Path | None = None,
    student: str = "*",
    force: bool = False,
    progress: Progress | None = None,
    log_level: str = "WARN",
) -> ClassRun:
    """Grades every submission of an assignment that nbgrader would grade.

    workers   processes that grade ahead; default: one a processor; 0: none
    db        the gradebook's URL in place of the course's own
    course    folder with nbgrader_config.py; default: here, or `course` below
    student   glob of the students to grade; force: those graded before as well

    Raises CourseError when there is no such course or nothing to grade.
    """
    start = time.perf_counter()
    with contextlib.chdir(course_folder(course)):
        options = [f"--student={student}", f"--log-level={log_level}"]
        options += ["--force"] * force + [f"--db={db}"] * bool(db)
        app = _nbgrader([assignment, *options])
        from autograder.nbgrader_plugin.ahead import planned
        from autograder.nbgrader_plugin.cache import holding

        exporter = _exporter(app)
        app.config.GradeInSandbox.workers = workers
        tasks = planned(exporter) if workers != 0 else []
        grades, failures = _made(tasks, workers, progress)
        with holding(grades):
            ok = _started(app)
    submissions = sum(map(len, exporter.parent.assignments.values()))
    seconds = time.perf_counter() - start
    return ClassRun(assignment, submissions, len(grades), ok, seconds, failures)


def course_folder(course: Path | None = None) -> Path:
    """The folder of the course that is meant."""
    here = Path.cwd()
    for folder in [course] if course else [here, here / "course"]:
        if (folder / "nbgrader_config.py").is_file():
            return folder
    raise CourseError(
        f"there is no nbgrader_config.py in {course or here}; "
        "run this in the course's folder, or name that with --course"
    )


def shown(done: int, total: int, last: str) -> None:
    """A progress bar on the terminal."""
    filled = 30 * done // total
    end = "\n" if done == total else ""
    bar = "#" * filled + "." * (30 - filled)
    print(f"\r[{bar}] {done}/{total} {last:30.30}", end=end, file=sys.stderr, flush=True)


def _nbgrader(arguments: list[str]) -> Any:
    """nbgrader's autograde command, set up as its own command line does it."""
    # an optional part of jsonschema that nbgrader has no use for takes most of its start
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as import does it
    from nbgrader.apps.autogradeapp import AutogradeApp

    app = AutogradeApp()
    app.initialize(arguments)
    app.coursedir.assignment_id, app.extra_args = app.extra_args[0], []
    return app


def _exporter(app: Any) -> Any:
    """nbgrader's reader of submissions, which knows what is to be graded."""
    from nbgrader.converters import Autograde, NbGraderException

    from autograder.nbgrader_plugin.exporter import SubmissionExporter

    converter = Autograde(coursedir=app.coursedir, parent=app)
    level = app.log.level
    app.log.setLevel("ERROR")  # its warnings come again when it grades
    try:
        converter.init_notebooks()
        exporter = converter.exporter_class(parent=converter, config=converter.config)
    except NbGraderException as error:
        raise CourseError(f"{error} (nothing was graded)") from None
    finally:
        app.log.setLevel(level)
    if not isinstance(exporter, SubmissionExporter):
        raise CourseError(
            "this course's nbgrader_config.py does not call autograder.nbgrader_plugin.configure(c)"
        )
    return exporter


def _made(
    tasks: list[Task], workers: int | None, progress: Progress | None
) -> tuple[dict[str, Marks], list[str]]:
    """The grades of tasks, from parallel workers, and what could not be graded."""
    from autograder.nbgrader_plugin.ahead import processors
    from autograder.nbgrader_plugin.worker import spread

    waiting = spread(tasks, processors() if workers is None else workers)
    names = {waiting[task.key]: task for task in tasks}
    grades: dict[str, Marks] = {}
    failures: list[str] = []
    for done, future in enumerate(as_completed(names), 1):
        task = names[future]
        try:
            grades[task.key] = future.result()
        except Exception as error:  # nbgrader comes to it again and leaves this student out
            failures.append(f"{task.who}, {task.exercise}: {error}")
        if progress:
            progress(done, len(tasks), f"{task.who} {task.exercise}")
    return grades, failures


def _started(app: Any) -> bool:
    """Runs nbgrader's autograde; False when it could not grade everyone."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Object of type <Submitted")  # nbgrader's own sessions
        try:
            app.start()
        except SystemExit as end:
            return not end.code
    return True
