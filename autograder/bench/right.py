"""What a right answer costs: processor time of grader, server and child, of every exercise.

The server is up and knows the kernel's own runs, as it does before it grades anybody. Once with an
answer that does in all that is free as the kernel does; once with the accepted one that costs most,
and nobody was graded before it. Processor time, user and system, because that is what a class pays
for, and since a machine that does other things as well changes it least.
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
FIRST = 0.09  # where every state is another one, and must be asked for; the second time is as ever
GRADES = 8  # in one life of a server
TRIES = 3  # of each accepted answer, to find the one that costs most
Work = Callable[[], None]


def right_answers() -> list[Figure]:
    """Two figures of every exercise that is graded by scenarios."""
    return [figure for one in exercises() if one.kind == SCENARIOS for figure in figures(one)]


def figures(one: Exercise, grades: int = GRADES) -> list[Figure]:
    """Both of one exercise."""

    def begin() -> None:
        known.forget()
        answers.forget()
        for scenario in one.visible() + one.hidden():
            known.known(scenario, one)

    def seconds(source: str) -> float:
        def work() -> None:
            if oracle.grade(one.name, [source]).verdict != "pass":
                raise RuntimeError(f"a right {one.name} does not pass; run make test")

        _, nothing = life(one.name, begin, work, 0)
        own, inside = life(one.name, begin, work, grades)
        return own + (inside - nothing) / grades

    name = f"a right {one.name}"
    return [
        Figure(f"{name}, as the kernel's", seconds(model_solution(one)), None, most=MOST),
        Figure(f"{name}, in another way", seconds(dearest(one, begin)), None, most=FIRST),
    ]


def dearest(one: Exercise, begin: Work) -> str:
    """The accepted answer that takes longest; each is tried a few times, and its best counts."""
    took: dict[str, float] = {}
    for source in one.accepted().values():
        for _ in range(TRIES):
            begin()
            seconds = oracle.grade(one.name, [source]).seconds
            took[source] = min(seconds, took.get(source, seconds))
    return max(took, key=took.__getitem__)


def life(name: str, begin: Work, work: Work, times: int) -> tuple[float, float]:
    """Processor time of the grader in one `work`, and of a server and its children in all.

    Each `work` has a `begin` before it, whose time does not count; a first one warms the server.
    """
    close_servers()
    before = of_children()
    begin()
    work()
    own = []
    for _ in range(times):
        begin()
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
