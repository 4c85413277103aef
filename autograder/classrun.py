"""A whole class, graded in parallel: `kernelbook autograde ps2 --workers 4`.

Worker processes, each with its own sandbox, grade ahead into the cache that the preprocessor looks
into; then nbgrader's own autograde runs in this process and finds every grade there. So the
gradebook, the feedback and the grades are exactly those of plain `nbgrader autograde`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.nbgrader_plugin.ahead import Plan, Task
    from autograder.nbgrader_plugin.marks import Marks

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
    print(f"{assignment}: {run.submissions} notebooks graded in {run.seconds:.1f} s")
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
        plan = _plan(app)
        failures = _ahead(plan, workers, progress)
        ok = _started(app)
    seconds = time.perf_counter() - start
    return ClassRun(assignment, plan.submissions, len(plan.tasks), ok, seconds, failures)


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


def _plan(app: Any) -> Plan:
    """What there is to grade and no cache has yet."""
    from nbgrader.converters import Autograde, NbGraderException

    from autograder.nbgrader_plugin.ahead import planned

    converter = Autograde(coursedir=app.coursedir, parent=app)
    try:
        converter.init_notebooks()
        return planned(converter)
    except (NbGraderException, ValueError) as error:
        raise CourseError(
            f"{error} Check the assignment's name, and that its submissions are collected."
        ) from None


def _ahead(plan: Plan, workers: int | None, progress: Progress | None) -> list[str]:
    """Grades into the cache, in parallel; gives what could not be graded."""
    count = min(len(plan.tasks), os.cpu_count() or 1 if workers is None else workers)
    if plan.cache is None or count < 1:
        return []
    failures = []
    context = multiprocessing.get_context("spawn")  # a fork would take this process's memory along
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        waiting = {pool.submit(_graded, task): task for task in plan.tasks}
        for done, future in enumerate(as_completed(waiting), 1):
            task = waiting[future]
            try:
                plan.cache.put(task.key, future.result())
            except Exception as error:  # nbgrader comes to it again and leaves this student out
                failures.append(f"{task.who}, {task.exercise}: {error}")
            if progress:
                progress(done, len(plan.tasks), f"{task.who} {task.exercise}")
    return failures


def _graded(task: Task) -> Marks:
    """In a worker: one exercise of one submission."""
    from autograder.nbgrader_plugin.cache import graded_now

    return graded_now(task.exercise, list(task.cells), task.suites, task.allow_unisolated)


def _started(app: Any) -> bool:
    """Runs nbgrader's autograde; False when it could not grade everyone."""
    try:
        app.start()
    except SystemExit as end:
        return not end.code
    return True
