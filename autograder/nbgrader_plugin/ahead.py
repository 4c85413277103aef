"""Which exercises of which submissions autograde will ask for, so that they can be graded ahead."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.submission import cells_of_notebook

from .cache import Cache, key_of
from .exporter import SubmissionExporter
from .grade import GradeInSandbox, exercise_of, is_test
from .master import Master
from .reading import NotANotebook, read
from .repair import repair


@dataclass(frozen=True, slots=True)
class Task:
    """One exercise of one submission, as a worker needs it."""

    key: str  # of the cache
    who: str
    exercise: str
    cells: tuple[str, ...]
    suites: Path | None
    allow_unisolated: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be graded ahead, and where the grades go."""

    submissions: int  # notebooks
    tasks: list[Task]  # those that no cache has yet, each once
    cache: Cache | None  # None: the course keeps none, so nothing can be graded ahead


def planned(converter: Any) -> Plan:
    """The plan for a converter of nbgrader that has its list of submissions.

    Raises ValueError when the course does not grade with this plug-in.
    """
    exporter = converter.exporter_class(parent=converter, config=converter.config)
    if not isinstance(exporter, SubmissionExporter):
        raise ValueError("this course's nbgrader_config.py does not call configure(c)")
    settings = GradeInSandbox(parent=exporter)
    files = [Path(file) for found in converter.assignments.values() for file in found]
    if not settings.cache:
        return Plan(len(files), [], None)
    cache, tasks = Cache(Path(settings.cache).resolve()), {}
    for file in sorted(files):
        master = exporter.masters.get(file.stem)
        for task in _asked(file, master, settings) if master else ():
            if task.key not in tasks and cache.get(task.key) is None:
                tasks[task.key] = task
    return Plan(len(files), list(tasks.values()), cache)


def _asked(file: Path, master: Master, settings: Any) -> Iterator[Task]:
    """What the preprocessors will ask the cache for, from the same reading of the file."""
    try:
        notebook, _ = read(file)
    except NotANotebook:
        return
    repair(notebook, master)
    cells = cells_of_notebook(notebook)
    suites = Path(settings.suites).resolve() if settings.suites else None
    who = file.parent.parent.name
    for cell in notebook.cells:
        if is_test(cell) and (exercise := exercise_of(cell.source)):
            key = key_of(exercise, cells, suites)
            yield Task(key, who, exercise, tuple(cells), suites, settings.allow_unisolated)
