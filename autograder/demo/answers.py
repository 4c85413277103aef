"""The source of an answer: from the course, from an exercise's folder or from an attack."""

from collections.abc import Mapping
from string import Template

import nbformat

from autograder.builder.solution import BEGIN, END
from autograder.exercise import Exercise

from .course import COURSE
from .edits import functions, is_answer
from .students import HOSTILE, Student


def answers_of(
    student: Student, exercises: Mapping[str, Exercise], places: Mapping[str, str]
) -> dict[str, str]:
    """The source that a student writes for each exercise begun; `places` is what attacks aim at."""
    found = {
        name: answer_text(student.answer(name), one, places) for name, one in exercises.items()
    }
    return {name: text for name, text in found.items() if text}


def answer_text(answer: str, exercise: Exercise, places: Mapping[str, str]) -> str:
    """The source behind one answer of a recipe; "" for an exercise not begun."""
    if "\n" in answer:
        return answer
    kind, _, name = answer.partition("/")
    match kind:
        case "stub":
            return ""
        case "solution":
            return model_solution(exercise)
        case "accepted":
            return named(exercise.accepted(), name, exercise)
        case "mutants":
            return named(exercise.mutants(), name, exercise)
        case "hostile":
            return Template((HOSTILE / f"{name}.py").read_text(encoding="utf-8")).substitute(places)
    raise ValueError(
        f"{answer!r} is no answer; see autograder/demo/students.py for those there are"
    )


def model_solution(exercise: Exercise) -> str:
    """The kernel's own functions as a student would hand them in: the cells of the solution."""
    found: list[str] = []
    for path in sorted((COURSE / "source" / exercise.assignment).glob("*.ipynb")):
        for cell in filter(is_answer, nbformat.read(path, as_version=4).cells):
            if {function.name for function in functions(cell.source)} & set(exercise.functions):
                lines = cell.source.splitlines()
                found += ["", *(line for line in lines if line.strip() not in (BEGIN, END))]
    if not found:
        raise ValueError(f"no notebook of {exercise.assignment} has a solution of {exercise.name}")
    return "\n".join(["from kernel_model import *", *found])


def named(sources: Mapping[str, str], name: str, exercise: Exercise) -> str:
    """One source of an exercise's folder; raises ValueError, naming those there are."""
    if name not in sources:
        raise ValueError(f"{exercise.name} has no {name!r}, only: {', '.join(sources)}")
    return sources[name]
