"""Processes that grade ahead: each takes one exercise of one submission at a time.

A worker is a fresh Python that imports neither nbgrader nor Jupyter and has a sandbox of its own.
It is told its tasks and tells the grades in lines of JSON; when its input ends, so does it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cache import graded_now
from .marks import Marks


@dataclass(frozen=True, slots=True)
class Task:
    """One exercise of one submission."""

    key: str  # of the cache
    who: str
    exercise: str
    cells: tuple[str, ...]
    suites: Path | None
    allow_unisolated: bool

    def to_json(self) -> str:
        """The line that a worker is told."""
        suites = str(self.suites) if self.suites else None
        return json.dumps([self.exercise, self.cells, suites, self.allow_unisolated])


class WorkerError(RuntimeError):
    """A worker could not grade; the message says why."""


def spread(tasks: Iterable[Task], count: int) -> dict[str, Future[Marks]]:
    """Starts workers on tasks, and gives the grades to come, by key.

    Tasks of one exercise are begun in their order. Workers end when none is left, or with this
    process. The exception of a grade says why there is none.
    """
    board = _Board([(task, Future()) for task in tasks])
    coming = {task.key: future for task, future in board.waiting}
    exercises = list(dict.fromkeys(task.exercise for task, _ in board.waiting))
    for number in range(min(count, len(coming))):
        mine = set(exercises[number::count])
        threading.Thread(target=_serve, args=(board, mine), daemon=True).start()
    return coming


class _Board:
    """The tasks that are waiting, in order.

    Every exercise needs a sandbox of its own, which takes a while to start. So the exercises are
    dealt out to the workers, and a worker does another's only when its own are done.
    """

    def __init__(self, waiting: list[tuple[Task, Future[Marks]]]) -> None:
        self.waiting = waiting
        self.lock = threading.Lock()

    def next(self, mine: set[str]) -> tuple[Task, Future[Marks]] | None:
        """The next task for a worker with these exercises."""
        with self.lock:
            if not self.waiting:
                return None
            fits = [task.exercise in mine for task, _ in self.waiting]
            return self.waiting.pop(fits.index(True) if True in fits else 0)


def _serve(board: _Board, mine: set[str]) -> None:
    """One worker's tasks, one after the other; a worker that is lost is replaced."""
    worker = _started()
    while found := board.next(mine):
        task, future = found
        try:
            answer = _answer(worker, task)
            if "error" in answer:
                raise WorkerError(answer["error"])
            future.set_result(Marks(**answer))
        except WorkerError as error:
            future.set_exception(error)
        except Exception as error:  # no answer, or none that is a grade
            future.set_exception(WorkerError(f"the worker was lost: {error}"))
            worker.kill()
            worker.communicate()
            worker = _started()
    worker.communicate()  # its input ends, and so does it


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        process_group=0,  # a Ctrl-C is for the grader, which ends its workers
    )


def _answer(worker: subprocess.Popen[str], task: Task) -> dict[str, Any]:
    assert worker.stdin, "it was started with a pipe"
    assert worker.stdout, "it was started with a pipe"
    worker.stdin.write(task.to_json() + "\n")
    worker.stdin.flush()
    answer: dict[str, Any] = json.loads(worker.stdout.readline())
    return answer


def main() -> None:
    """In the worker: a line with a task, a line with its grade, until there are no more."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    for line in sys.stdin:
        exercise, cells, suites, allow_unisolated = json.loads(line)
        try:
            marks = graded_now(exercise, cells, Path(suites) if suites else None, allow_unisolated)
            answer = marks.to_json()
        except Exception as error:  # the instructor is told, whatever it is
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
