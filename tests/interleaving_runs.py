"""One source of an exercise over cells held against its claims, in this process."""

from autograder.exercise import Exercise
from autograder.grades import Grade
from autograder.interleavings.claims import Claim
from autograder.interleavings.findings import Finding, find
from autograder.interleavings.grading import judge
from autograder.interleavings.here import asking
from autograder.interleavings.told import ToldLock


def judged(one: Exercise, source: str, claims: list[Claim], most: int = 3) -> Grade:
    """The cases of a source, as the grader makes them; those with more processors are left out."""
    ask = asking([source], one)
    wanted = [claim for claim in claims if claim.processors <= most]
    found: dict[int, Finding] = {}

    def look(n: int) -> Finding:
        if n not in found:
            found[n] = find(n, wanted, lambda: ToldLock(n, one.operations, ask))
        return found[n]

    made = Grade(one.name, 0.0, float(one.points), "fail", "none")
    judge(made, wanted, 0, look)
    return made


def failing(one: Exercise, source: str, claims: list[Claim], most: int = 3) -> dict[str, str]:
    """The claims that do not hold, and why."""
    return {
        case.id: case.message for case in judged(one, source, claims, most).cases if not case.passed
    }
