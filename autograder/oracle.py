"""The oracle: grades one submission of an exercise, by the way of its kind, from outside.

Only stimuli go into the sandbox. The expectations stay here, and so do the cases' names; what
comes out is compared here, and the tables that come out are held against their invariants.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from autograder.exercise import BREAKS, INTERLEAVINGS, SCENARIOS, Exercise, exercises
from autograder.exercise import exercise as exercise_named
from autograder.grades import Grade
from autograder.grading import Grading
from autograder.problems import not_of, own
from autograder.servers import judge, server
from autograder.session import Session, one_processor
from autograder.words import advised


def grade(
    exercise: str,
    cells: list[str],
    suites: Path | None = None,
    *,
    allow_unisolated: bool = False,
) -> Grade:
    """Grades the function of one exercise as the cells leave it.

    `cells` are sources in order, magics allowed; `suites` is a folder of hidden suites in place
    of those that come along. Raises NotIsolated on a machine whose sandbox does not isolate.
    """
    start = time.perf_counter()
    wanted = exercise_named(exercise)
    few = wanted.kind == BREAKS  # questions: the judge, who stays, may run on any processor
    with nullcontext(-1) if few else one_processor() as place:
        made = WAYS[wanted.kind](wanted, cells, suites, allow_unisolated, place)
    made.problems = about(wanted, made.problems, cells)
    made.seconds = time.perf_counter() - start
    return made


def by_scenarios(
    wanted: Exercise, cells: list[str], suites: Path | None, loose: bool, place: int
) -> Grade:
    """Runs the scenarios on a kernel that has the function."""
    visible, hidden = wanted.visible(), wanted.hidden(suites)
    grading = Grading(wanted, Session(wanted.name, cells, server(wanted.name, loose), place))
    try:
        return grading.grade(visible, hidden)
    finally:
        grading.session.close()


def by_interleavings(
    wanted: Exercise, cells: list[str], suites: Path | None, loose: bool, place: int
) -> Grade:
    """Looks at every interleaving of what the functions would do."""
    from autograder.interleavings import grading

    visible, hidden = wanted.visible_claims(), wanted.hidden_claims(suites)
    searches = grading.Searches(wanted, cells, server(wanted.name, loose), place, suites)
    try:
        return grading.grade(wanted, visible, hidden, searches)
    finally:
        searches.close()


def by_breaking(
    wanted: Exercise, cells: list[str], suites: Path | None, loose: bool, place: int
) -> Grade:
    """Runs the student's scenarios on wrong kernels; `suites` has none."""
    from autograder.breaking.grade import grade_scenarios

    session = Session(wanted.name, cells, server(wanted.name, loose), place)
    try:
        return grade_scenarios(wanted, session, judge(loose))
    finally:
        session.close()


WAYS = {SCENARIOS: by_scenarios, INTERLEAVINGS: by_interleavings, BREAKS: by_breaking}


def about(
    exercise: Exercise, problems: list[dict[str, Any]], cells: list[str]
) -> list[dict[str, Any]]:
    """The problems of cells that are this exercise's business."""
    others = [name for one in exercises() if one.name != exercise.name for name in one.functions]
    left = not_of(others, exercise.functions, own(problems, cells), cells)
    return [problem | {"error": advised(problem["error"])} for problem in left]
