"""Feedback: how soon a right answer is graded, how small a wrong one's example gets, and how soon.

Every `STEP`th mutant of every exercise is one that a student might hand in.
"""

import time
from collections.abc import Iterator
from functools import cache
from statistics import median

from autograder import oracle
from autograder.demo.answers import model_solution
from autograder.exercise import Exercise, exercise, exercises
from autograder.grading import Grading
from autograder.servers import server
from autograder.session import Session, one_processor
from autograder.shrink import counterexample

from .measure import Figure, in_turns, seconds

STEP = 10
KINDS = ("fail", "raised", "tables")  # of failures that are shrunk


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


def example_size() -> Figure:
    """Calls of the examples, in the median."""
    found = examples(STEP)
    words = f"calls of a counterexample, median of {len(found)} mutants"
    return Figure(words, median(calls for calls, _ in found), None, most=6, unit="calls")


def shrinking() -> Figure:
    """The slowest of them; pure seconds."""
    found = examples(STEP)
    slowest = max(took for _, took in found)
    return Figure("the slowest of these examples shrunk", slowest, None, most=3)


@cache
def examples(step: int) -> list[tuple[int, float]]:
    """Calls of each mutant's example, and the seconds that it took; of those that have one."""
    every = [one for one in exercises() if one.kind == "scenarios"]
    sources = [(one, text) for one in every for text in [*one.mutants().values()][::step]]
    return [found for one, text in sources for found in example(one, text)]


def example(one: Exercise, source: str) -> Iterator[tuple[int, float]]:
    """The example of a wrong answer, if it has one: what does not come to an end has none."""
    with one_processor() as place:
        session = Session(one.name, [source], server(one.name), place)
        try:
            grading = Grading(one, session)
            hidden = one.hidden()
            for scenario in [*one.visible(), *hidden]:
                case = grading.case(scenario, False)
                if case is not None and case.kind == "looped":
                    return
                if case is None or case.kind not in KINDS:
                    continue
                start = time.perf_counter()
                found = counterexample(
                    scenario, session.timely, fresh=session.unknowing, secret=hidden
                )
                if found is not None:
                    yield len(found["calls"]), time.perf_counter() - start
                return
        finally:
            session.close()
