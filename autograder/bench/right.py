"""What a right answer costs: processor time of grader, server and child, of every exercise.

Once with runs that the grader knows (another right answer gave the same answers before), once with
runs and answers that are new to it. Processor time, user and system, because that is what a class
pays for, and since a machine that does other things as well changes it least.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from statistics import median

from autograder import known, oracle
from autograder.demo.answers import model_solution
from autograder.exercise import SCENARIOS, Exercise, exercises
from autograder.sandbox import answers
from autograder.servers import close_servers, server

from .measure import Figure

MOST = 0.06  # seconds for an exercise
GRADES = 8  # in one life of a server
Work = Callable[[], None]


def right_answers() -> list[Figure]:
    """Two figures of every exercise that is graded by scenarios."""
    return [figure for one in exercises() if one.kind == SCENARIOS for figure in figures(one)]


def figures(one: Exercise, grades: int = GRADES) -> list[Figure]:
    """Both of one exercise."""
    cells = [model_solution(one)]

    def grade() -> None:
        if oracle.grade(one.name, cells).verdict != "pass":
            raise RuntimeError(f"the kernel's own {one.name} does not pass; run make test")

    def new() -> None:
        known.forget()
        answers.forget()
        grade()

    _, nothing = life(one.name, grade, grade, 0)
    made = []
    for words, work in (("known", grade), ("new", new)):
        own, inside = life(one.name, grade, work, grades)
        seconds = own + (inside - nothing) / grades
        made.append(Figure(f"a right {one.name}, its runs {words}", seconds, None, most=MOST))
    return made


def life(name: str, first: Work, work: Work, times: int) -> tuple[float, float]:
    """Processor time of the grader in one `work`, and of a server and its children in all.

    In the server's life `first` comes first, which warms it up.
    """
    close_servers()
    before = of_children()
    first()
    own = []
    for _ in range(times):
        start = time.process_time()
        work()
        own.append(time.process_time() - start)
    server(name).bare_fork()  # by the end of which it has seen its last child end
    close_servers()
    return median(own or [0.0]), of_children() - before


def of_children() -> float:
    """Processor time, user and system, of the processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
