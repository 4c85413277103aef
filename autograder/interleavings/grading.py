"""Grades code over cells: the submission answers in the sandbox, the search is here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.exercise import Exercise
from autograder.grades import Case, Grade, settle
from autograder.interleavings.calls import Gone
from autograder.interleavings.claims import Claim, told_by
from autograder.interleavings.findings import EMPTY, broken_need, of
from autograder.interleavings.looking import Found, found
from autograder.interleavings.shown import as_json
from autograder.interleavings.story import told
from autograder.interleavings.told import Wrong
from autograder.sandbox import BadAnswer, ChildFailed, ChildLooped, Limits, Sandbox
from autograder.session import told as told_problem

LIMITS = Limits(cpu=10, wall=40.0, answer=16 << 20)  # of a child, which answers for every case
DEADLINE = 20.0  # seconds for one answer
OPEN_DEADLINE = 8.0  # the same where nothing is lost if there is none
NOT_FINISHED = "not finished: it takes too long to find out all that the processors may do"
MOST_LOOPS = 2  # after so many searches without an answer the rest is not tried
Look = Callable[[Claim], Found | ChildFailed | None]
UNTRIED = "not tried: the searches before did not come to an end"


class Searches:
    """One submission: its child, and what has been found out by number of processors."""

    def __init__(
        self,
        exercise: Exercise,
        cells: list[str],
        sandbox: Sandbox,
        place: int,
        suites: Path | None = None,
    ) -> None:
        self.exercise, self.cells, self.sandbox = exercise, cells, sandbox
        self.suites = suites  # where hidden settings are, if not beside the exercise
        self.limits = Limits(LIMITS.cpu, LIMITS.wall, LIMITS.memory, LIMITS.answer, place)
        self.problems: list[dict[str, Any]] = []
        self.child: Any = None
        self.loops = 0
        self.deadline = DEADLINE
        self.found: dict[str | int, Found | ChildFailed] = {}

    def close(self) -> None:
        """Ends the child."""
        if self.child is not None:
            self.child.close()
            self.child = None

    def fresh(self) -> str | None:
        """A new child that has taken the functions; or why that cannot be."""
        self.close()
        self.child = self.sandbox.child(self.limits)
        try:
            answer = self.ask({"load": self.cells, "names": list(self.exercise.functions)})
        except ChildLooped:
            return "the cells do not come to an end"
        except ChildFailed as error:
            return f"the cells cannot be run: {error}"
        if not isinstance(answer, dict):
            return "the cells gave an answer in the grader's place"
        problems = answer.get("problems")
        if isinstance(problems, list):
            self.problems = [told_problem(one) for one in problems[:20]]
        if answer.get("ok") is True:
            return None
        return str(answer.get("missing") or answer.get("error"))[:300]

    def ask(self, request: dict[str, Any]) -> Any:
        """The child's answer; raises ChildFailed."""
        return self.child.ask(request, self.deadline)

    def look(self, claim: Claim, claims: list[Claim]) -> Found | ChildFailed | None:
        """What the search for a claim finds, or how the child failed; None: not tried."""
        if claim.search() not in self.found:
            if self.loops >= MOST_LOOPS:
                return None
            here = self.found[claim.search()] = self.search(claim, claims)
            self.loops += not isinstance(here, ChildFailed) and here.endless()
        return self.found[claim.search()]

    def search(self, claim: Claim, claims: list[Claim]) -> Found | ChildFailed:
        """The same, without looking at what is known."""
        open_ = all(one.open for one in claims if one.search() == claim.search())
        self.deadline = OPEN_DEADLINE if open_ else DEADLINE
        try:
            if self.child is None and self.fresh() is not None:
                return ChildFailed("The cells cannot be run any more.")
            shown = any(self.shows(one, claims) for one in self.found)
            return found(self.exercise, claim, claims, self.ask, self.suites, not shown)
        except (Gone, Wrong, ChildFailed) as error:
            why = error.error if isinstance(error, Gone) else error
            self.loops += isinstance(why, ChildLooped) and not open_
            self.close()
            if isinstance(why, ChildFailed):
                return why
            return BadAnswer(f"What came is no answer of a processor: {why}.")

    def shows(self, search: str | int, claims: list[Claim]) -> bool:
        """Has a search a schedule of what breaks one of its claims?"""
        here = self.found[search]
        if isinstance(here, ChildFailed) or here.counterexample is None:
            return False
        return any(one.search() == search and not here.verdict(one)[0] for one in claims)


def grade(
    exercise: Exercise, visible: list[Claim], hidden: list[Claim], searches: Searches
) -> Grade:
    """Every claim, in order; those on the same processors share one search."""
    points, tier = float(exercise.points), searches.sandbox.tier.name
    why = searches.fresh()
    made = Grade(exercise.name, 0.0, points, "error", tier, message=why or "")
    made.problems = searches.problems
    if why is not None:
        return made
    every = [*visible, *hidden]
    judge(made, every, len(visible), lambda claim: searches.look(claim, every))
    made.verdict = "fail"
    made.sayings = {name: (rule.says, rule.section) for name, rule in exercise.rules.items()}
    settle(made, exercise)
    if made.verdict == "pass":
        made.after = exercise.after
    elif not made.message:
        made.counterexample = first_example(exercise, every, made.cases, searches.found)
    return made


def judge(made: Grade, every: list[Claim], seen: int, look: Look) -> None:
    """A case for every claim; the first `seen` of them are visible.

    A claim that says nothing, since one that it needs does not hold, is not worth a search; nor
    is one whose rule is broken already, unless it is visible or others need it.
    """
    held: dict[str, bool] = {}
    broken: dict[str, Claim] = {}  # rule -> the first claim that has failed it
    searched: set[str | int] = set()
    needed = {name for claim in every for name in claim.needs}
    for number, claim in enumerate(every):
        lost = broken_need(claim, held, every)
        if lost is None and number >= seen and not {claim.id, claim.search()} & (needed | searched):
            lost = broken.get(claim.topic)
        if lost is None:
            here = look(claim)
            searched.add(claim.search())
            kind, words = judged(claim, here)
            whose = here if not isinstance(here, ChildFailed) else None
            words = words and (whose.told(words) if whose else f"{named(claim)}: {words}")
            if kind == "fail":
                broken.setdefault(claim.topic, claim)
        else:
            kind, words = "fail", f"{named(claim)}: it {EMPTY} this is not so: {lost.fact}"
        held[claim.id] = kind == "pass"
        if held[claim.id] and words and words not in made.notes:
            made.notes.append(words)
        made.cases.append(Case(claim.id, claim.topic, number < seen, held[claim.id], words, kind))


def judged(claim: Claim, here: Found | ChildFailed | None) -> tuple[str, str]:
    """What became of a claim, and the words for it."""
    if here is None:
        return "untried", UNTRIED
    if isinstance(here, ChildLooped) and claim.open:
        return "pass", NOT_FINISHED
    if isinstance(here, ChildLooped):
        return "looped", "it does not come to an end"
    if isinstance(here, ChildFailed):
        return "died", str(here)
    holds, words = here.verdict(claim)
    if holds:
        return "pass", words
    return "raised" if here.failed() else "fail", words


def named(claim: Claim) -> str:
    """What is looked at, in a word or two."""
    return f"setting {claim.setting}" if claim.setting else of(claim.processors)


def first_example(
    exercise: Exercise,
    every: list[Claim],
    cases: list[Case],
    found: dict[str | int, Found | ChildFailed],
) -> dict[str, Any] | None:
    """The schedule of the first claim that fails with one, and the rule that it breaks."""
    failing = [claim for claim, case in zip(every, cases, strict=True) if not case.passed]
    for claim in failing:
        here = found.get(claim.search())
        if here is None or isinstance(here, ChildFailed):
            continue
        if here.counterexample is not None:
            broken = told_by(failing, claim, here.counterexample.property)
            rule = exercise.told_rule(broken.topic)
            return told(here) | {"tables": [], "rule": rule} | as_json(here)
    return None
