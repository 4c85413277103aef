"""The grade of a student's scenarios: how many wrong kernels they tell from the right one.

The student's code runs in the sandbox of the exercise, only to give its scenarios as data; these
run in the judge's sandbox, where none of that code is. Points are given by share, rule by rule.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import Any

from autograder.audit.runs import COUNTER, counted
from autograder.breaking.practice import first_line, practice
from autograder.exercise import Exercise, exercise
from autograder.grades import UNWRITTEN, Case, Grade
from autograder.sandbox import Child, ChildFailed, ChildLooped, Limits, Sandbox
from autograder.session import Session

LIMITS = Limits(cpu=30, wall=120.0)  # of the judge's child
DEADLINE = 100.0  # seconds for one answer, on a machine that may be busy
UNFAIR = "it tells a right kernel apart as well: something in it is left free by the text"


def grade_scenarios(wanted: Exercise, session: Session, room: Sandbox) -> Grade:
    """The grade of one submission; raises SandboxLost when no sandbox will start."""
    tier = min(session.sandbox.tier, room.tier, key=lambda one: one.isolated).name
    made = Grade(wanted.name, 0.0, float(wanted.points), "error", tier)
    made.sayings = {name: (rule.says, rule.section) for name, rule in wanted.rules.items()}
    given = scenarios_of(session, made)
    made.problems = session.problems
    if given is None:
        return made
    child = room.child(LIMITS)
    try:
        judge(wanted, given, child, made)
    except ChildFailed as error:
        made.message = f"the scenarios cannot be run: {error} Make them smaller"
    finally:
        child.close()
    return made


def scenarios_of(session: Session, made: Grade) -> Any:
    """What the student's function gives; None, with the reason in the grade, if nothing."""
    why = session.fresh()
    if why is not None:
        made.message = why
        return None
    try:
        answer = session.value()
    except ChildLooped:
        made.verdict, made.message = "timeout", f"{made.exercise} does not come to an end"
        return None
    except ChildFailed as error:
        made.message = f"{made.exercise} gives nothing that can be judged: {error}"
        return None
    if "raised" in answer:
        raised = str(answer["raised"])[:300]
        made.message = f"it raised {raised}"
        if UNWRITTEN in raised:
            made.verdict, made.message = "fail", f"{made.exercise} is not written yet ({UNWRITTEN})"
        return None
    return answer["value"] if answer["value"] is not None else []


def judge(wanted: Exercise, given: Any, child: Child, made: Grade) -> None:
    """Runs the scenarios on right and wrong kernels, and fills in the grade."""
    first: Any = child.ask({"scenarios": given}, DEADLINE)
    if "wrong" in first:
        made.verdict, made.message = "fail", str(first["wrong"])
        return
    unfit = {int(number): str(why) for number, why in first["unfit"].items()}
    right = {one.name: one.source for one in practice(wanted) if one.right}
    told = apart(child, exercise(wanted.of).accepted() | right, wanted.of)
    unfit |= {number: UNFAIR for numbers in told.values() for number in numbers}
    if unfit:  # those that are left are read again, without the others
        left = [one for number, one in enumerate(given, 1) if number not in unfit]
        child.ask({"scenarios": left}, DEADLINE)
    found = apart(child, exercise(wanted.of).mutants(), wanted.of, first=True)
    made.cases = [
        Case(f"{wanted.name}-{name}", rule, False, bool(found[name]), about(wanted.of, name))
        for rule, names in wanted.kernels().items()
        for name in names
    ]
    made.notes = [f"Scenario {number} does not count: {unfit[number]}" for number in sorted(unfit)]
    if not given:
        made.notes.append("There is no scenario, so that no wrong kernel is told apart")
    settle(wanted, made)


def apart(
    child: Child, kernels: dict[str, str], function: str, first: bool = False
) -> dict[str, list[int]]:
    """For each kernel the scenarios that tell it from the right one; `first`: one is enough."""
    sources = {name: bounded(source) for name, source in kernels.items()}
    request = {"kernels": sources, "function": function, "first": first}
    answer: Any = child.ask(request, DEADLINE)
    found: dict[str, list[int]] = answer["apart"]
    return found


@cache
def bounded(source: str) -> str:
    """The source with its loops bounded, as the audit runs it."""
    return COUNTER + counted(source)


@cache
def about(of: str, name: str) -> str:
    """What is wrong with a mutant, for an instructor."""
    return first_line(exercise(of).mutants()[name])


def settle(wanted: Exercise, made: Grade) -> None:
    """Score and verdict: of each rule's points the share of its kernels that are told apart."""
    score = 0.0
    for name, rule in wanted.rules.items():
        cases = [case for case in made.cases if case.rule == name]
        told, most = sum(case.passed for case in cases), ceil(len(cases) * wanted.full)
        score += rule.points * min(1.0, told / most)
        made.rules[name] = told >= most
        counts = f"{told} of {len(cases)}; {most} give all points"
        made.sayings[name] = (f"{rule.says} ({counts})", rule.section)
    made.score = round(score, 2)
    made.verdict = "pass" if all(made.rules.values()) else "fail"
    if made.verdict == "pass":
        made.after = wanted.after
