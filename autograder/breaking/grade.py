"""The grade of a student's scenarios: how many wrong kernels they tell from the right one.

The student's code runs in the sandbox of the exercise, only to give its scenarios as data; these
run in the judge's sandbox, where none of that code is. Points are given by share, rule by rule.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from autograder.breaking.asking import Judge
from autograder.breaking.kernels import kernels
from autograder.exercise import Exercise
from autograder.grades import UNWRITTEN, Case, Grade
from autograder.sandbox import ChildFailed, ChildLooped
from autograder.session import Session


def grade_scenarios(wanted: Exercise, session: Session, court: Judge) -> Grade:
    """The grade of one submission; raises SandboxLost when no sandbox will start."""
    tier = min(session.sandbox.tier, court.tier, key=lambda one: one.isolated).name
    made = Grade(wanted.name, 0.0, float(wanted.points), "error", tier)
    made.sayings = {name: (rule.says, rule.section) for name, rule in wanted.rules.items()}
    given = scenarios_of(session, made)
    made.problems = session.problems
    if given is None:
        return made
    try:
        judge(wanted, given, court, made)
    except ChildFailed as error:
        made.message = f"the scenarios cannot be run: {error} Make them smaller"
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


def judge(wanted: Exercise, given: Any, court: Judge, made: Grade) -> None:
    """Has the scenarios run on right and wrong kernels, and fills in the grade."""
    those = kernels(wanted)
    found = court.judged(those, given)
    if "wrong" in found:
        made.verdict, made.message = "fail", str(found["wrong"])
        return
    told, unfit = found["told"], found["unfit"]
    made.cases = [
        Case(f"{wanted.name}-{name}", rule, False, told[name], those.about[name])
        for rule, names in wanted.kernels().items()
        for name in names
    ]
    made.notes = [f"Scenario {number} does not count: {why}" for number, why in unfit.items()]
    if not given:
        made.notes.append("There is no scenario, so that no wrong kernel is told apart")
    settle(wanted, made)


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
