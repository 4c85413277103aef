"""One source of an exercise over cells held against its claims, in this process."""

from autograder.exercise import Exercise
from autograder.grades import Grade
from autograder.interleavings.claims import Claim
from autograder.interleavings.grading import judge
from autograder.interleavings.here import asking
from autograder.interleavings.looking import Found, found


def judged(one: Exercise, source: str, claims: list[Claim], most: int = 3) -> Grade:
    """The cases of a source, as the grader makes them; those with more processors are left out."""
    ask = asking([source], one)  # the searches are made here as well, between its answers
    wanted = [claim for claim in claims if claim.processors <= most]
    known: dict[str | int, Found] = {}

    def look(claim: Claim) -> Found:
        if claim.search() not in known:
            known[claim.search()] = found(one, claim, wanted, ask)
        return known[claim.search()]

    made = Grade(one.name, 0.0, float(one.points), "fail", "none")
    judge(made, wanted, 0, look)
    return made


def failing(one: Exercise, source: str, claims: list[Claim], most: int = 3) -> dict[str, str]:
    """The claims that do not hold, and why."""
    return {
        case.id: case.message for case in judged(one, source, claims, most).cases if not case.passed
    }
