"""Grading ahead: what autograde will ask for, given to workers before it asks."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.exercise import exercise_with
from autograder.submission import cells_of_notebook

from .cache import kept, key_of
from .grade import GradeInSandbox, exercise_of, is_test, too_large
from .marks import Marks
from .master import Master
from .reading import NotANotebook, read
from .repair import repair
from .worker import Task, spread

FEW = 2  # so many submissions are graded on the spot: workers take a second to start


def planned(exporter: Any) -> list[Task]:
    """What an exporter's converter will ask for and nobody has graded yet; each thing once."""
    converter, settings = exporter.parent, GradeInSandbox(parent=exporter)
    tasks: dict[str, Task] = {}
    for folder, files in sorted(converter.assignments.items()):
        if _is_due(converter, Path(folder)):
            for file in sorted(files):
                master = exporter.masters.get(Path(file).stem)
                for task in _asked(Path(file), master, settings) if master else ():
                    if task.key not in tasks and kept(task.key, settings.cache_folder) is None:
                        tasks[task.key] = task
    return list(tasks.values())


def started(exporter: Any) -> dict[str, Future[Marks]]:
    """Gives a class's tasks to workers; the grades to come, by key. Nothing for a few students."""
    due = sum(_is_due(exporter.parent, Path(folder)) for folder in exporter.parent.assignments)
    if due <= FEW:
        return {}
    # nbgrader's modules stay: looking through them for garbage would take half of its time
    gc.collect()
    gc.freeze()
    wanted = GradeInSandbox(parent=exporter).workers
    count = processors() if wanted is None else wanted
    return spread(planned(exporter), count) if count > 0 else {}


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_due(converter: Any, folder: Path) -> bool:
    """Will nbgrader grade this submission? As BaseConverter.init_destination decides it."""
    course = converter.coursedir
    graded = Path(course.format_path(course.autograded_directory, folder.parent.name, folder.name))
    if converter.force or not graded.is_dir():
        return True
    try:
        new, old = (course.get_existing_timestamp(str(each)) for each in (folder, graded))
    except Exception:  # the student's own file, with anything in it: nbgrader tells of it
        return False
    return new is not None and old is not None and bool(new > old)


def _asked(file: Path, master: Master, settings: GradeInSandbox) -> Iterator[Task]:
    """What the preprocessors will ask for, from the same reading of the file."""
    try:
        notebook, _ = read(file)
    except NotANotebook:
        return
    repair(notebook, master)
    if too_large(notebook):
        return
    cells = cells_of_notebook(notebook)
    who = file.parent.parent.name
    for cell in notebook.cells:
        if exercise := exercise_in(cell):
            versions = getattr(settings.parent, "versions", None)
            key = key_of(exercise, cells, settings.suites_folder, versions)
            unisolated = settings.allow_unisolated
            yield Task(key, who, exercise, tuple(cells), settings.suites_folder, unisolated)


def exercise_in(cell: NotebookNode) -> str | None:
    """The exercise that a test cell asks for, by any of its functions; None: there is none."""
    function = exercise_of(cell.source) if is_test(cell) else None
    try:
        return exercise_with(function).name if function else None
    except ValueError:  # the preprocessor tells of it
        return None
