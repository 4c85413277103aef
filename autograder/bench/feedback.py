"""Feedback: how soon a right answer is graded, how small a wrong one's example gets, and how soon.

Every `STEP`th mutant of every exercise is one that a student might hand in; `kernelbook bench
--examples` takes them all.
"""

from functools import cache

from autograder import oracle
from autograder.demo.answers import model_solution
from autograder.exercise import exercise

from .examples import Shown, every, figures
from .measure import Figure, in_turns, seconds

STEP = 10


def right_answer() -> Figure:
    """One right msgrcv with all its cases, server warm; pure seconds."""
    wanted = exercise("msgrcv")
    cells = [model_solution(wanted)]

    def grade() -> None:
        if oracle.grade(wanted.name, cells).verdict != "pass":
            raise RuntimeError("the kernel's own msgrcv does not pass; run make test")

    grade()
    ours, _ = in_turns(lambda: seconds(grade), lambda: 0.0, pairs=9)
    return Figure("a right msgrcv graded in a warm sandbox", ours, None, most=0.06)


def example_missing() -> Figure:
    """Wrong answers without an example."""
    return figures(sample())[0]


def example_size() -> Figure:
    """Calls of the examples, in the median."""
    return figures(sample())[1]


def shrinking() -> Figure:
    """The slowest of them; seconds of processor time."""
    return figures(sample())[2]


@cache
def sample() -> list[Shown]:
    """What becomes of some mutants of every exercise."""
    return every(STEP)
