"""Grading against stock nbgrader: one exercise, and a whole class."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder import oracle
from autograder.demo.answers import model_solution
from autograder.demo.course import nbgrader
from autograder.exercise import exercise

from .classes import ours_and_stock, stock_course
from .measure import Figure, in_turns, seconds

ASSIGNMENT = "ps2"
STUDENTS = 30


def one_exercise() -> Figure:
    """One right msgrcv with all its cases, server warm, against stock nbgrader with as many cells.

    Stock grades in this process, warm as well: the start of its command is not counted.
    """
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    wanted = exercise("msgrcv")
    cells = [model_solution(wanted)]
    cases = len(oracle.grade(wanted.name, cells).cases)
    with TemporaryDirectory(prefix="kernelbook-bench-") as folder:
        config = Config()
        config.CourseDirectory.root = str(stock_course(Path(folder), cases))
        config.CourseDirectory.course_id = "stock"
        api = NbGraderAPI(config=config)

        def stock() -> None:
            with quiet():
                result = api.autograde("one", "s00", force=True)
            if not result["success"]:
                raise RuntimeError(f"stock nbgrader did not grade: {result['log']}")

        def ours() -> None:
            if oracle.grade(wanted.name, cells).verdict != "pass":
                raise RuntimeError("the kernel's own msgrcv does not pass; run make test")

        def warm() -> float:
            ours()  # after stock's many processes nothing of the sandbox is at hand any more
            return seconds(ours)

        own, other = in_turns(warm, lambda: seconds(stock), pairs=5)
    return Figure(f"msgrcv graded by {cases} cases, against stock nbgrader", own, other, least=20)


def whole_class() -> Figure:
    """Plain `nbgrader autograde` of right submissions, set up by Kernelbook and as it comes."""
    with TemporaryDirectory(prefix="kernelbook-bench-") as folder:
        courses = ours_and_stock(Path(folder), ASSIGNMENT, STUDENTS)

        def autograde(course: Path, student: str = "*") -> float:
            shutil.rmtree(course / ".kernelbook", ignore_errors=True)  # grades kept from before
            command = ("autograde", ASSIGNMENT, "--force", f"--student={student}")
            return seconds(lambda: nbgrader(course, *command))

        for course in courses:  # makes the gradebook, which counts for neither
            autograde(course, "s00")
        ours, stock = courses
        own, other = in_turns(
            lambda: autograde(ours), lambda: autograde(stock), pairs=2, warm_up=False
        )
    words = f"nbgrader autograde of {STUDENTS} submissions, against stock"
    return Figure(words, own, other, least=4)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of stock nbgrader and of the kernels that it starts."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
