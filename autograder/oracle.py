"""The oracle: runs a submission's function through its scenarios, and judges from outside.

Only stimuli go into the sandbox. The expectations stay here, and so do the cases' names; what
comes out is compared here, and the tables that come out are held against their invariants.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.editions import leave_one_out
from autograder.exercise import Exercise
from autograder.exercise import exercise as exercise_named
from autograder.grades import Case, Grade
from autograder.sandbox import Child, ChildFailed, ChildLooped, Limits, Sandbox
from autograder.shrink import counterexample
from autograder.student import StudentTarget
from kernel_model.invariants import broken
from kernel_model.scenario import Result, Scenario, run

LIMITS = Limits(cpu=1, wall=30.0)  # of a child, which runs many scenarios
DEADLINE = 10.0  # seconds for one answer, on a machine that may be busy
MOST_LOOPS = 2  # after so many endless cases the rest is not tried
MOST_SECONDS = 60.0  # for all runs of one function; what sleeps on purpose holds up the class
UNWRITTEN = "NotImplementedError"  # what a stub raises

_servers: dict[tuple[str, bool], Sandbox] = {}


def server(name: str, allow_unisolated: bool = False) -> Sandbox:
    """The sandbox that holds the kernel without this function; started once a process."""
    key = (name, allow_unisolated)
    if key not in _servers:
        root = leave_one_out(name)
        _servers[key] = Sandbox(root, "inside", allow_unisolated=allow_unisolated)
    return _servers[key]


@atexit.register
def close_servers() -> None:
    """Ends every server that this process started."""
    while _servers:
        _servers.popitem()[1].close()


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
    session = Session(wanted, cells, allow_unisolated)
    try:
        made = session.grade(wanted.visible(), wanted.hidden(suites))
    finally:
        session.close()
    made.seconds = time.perf_counter() - start
    return made


class Session:
    """One submission's children, replaced as they fail."""

    def __init__(self, exercise: Exercise, cells: list[str], allow_unisolated: bool) -> None:
        self.exercise = exercise
        self.cells = cells
        self.sandbox = server(exercise.name, allow_unisolated)
        self.child: Child | None = None
        self.last: StudentTarget | None = None
        self.unused = True  # no case has run in this child yet
        self.alone = False  # every case gets a child of its own
        self.until = time.monotonic() + MOST_SECONDS
        self.problems: list[dict[str, Any]] = []

    def close(self) -> None:
        """Ends the child."""
        if self.child is not None:
            self.child.close()
            self.child = None

    def fresh(self) -> str | None:
        """A new child with the submission loaded; or why that cannot be."""
        self.close()
        self.last, self.unused = None, True
        self.child = child = self.sandbox.child(LIMITS)
        try:
            answer = child.ask({"load": self.cells, "name": self.exercise.name}, DEADLINE)
        except ChildLooped:
            return "the cells do not come to an end"
        except ChildFailed as error:
            return f"the cells cannot be run: {error}"
        if not isinstance(answer, dict) or not isinstance(answer.get("problems"), list):
            return "the cells gave an answer in the kernel's place"
        self.problems = [told(problem) for problem in answer["problems"][:20]]
        return None if answer.get("ok") is True else str(answer.get("missing"))[:300]

    def grade(self, visible: Iterable[Scenario], hidden: Iterable[Scenario]) -> Grade:
        """Runs every case; a failure counts when a fresh child fails as well."""
        points, tier = float(self.exercise.points), self.sandbox.tier.name
        why = self.fresh()
        if why is not None:
            return Grade(
                self.exercise.name, 0.0, points, "error", tier, message=why, problems=self.problems
            )
        suite = [(one, True) for one in visible] + [(one, False) for one in hidden]
        cases = self.every(suite)
        if cases is None:
            self.alone = True
            cases = self.every(suite) or []
        made = Grade(self.exercise.name, 0.0, points, "fail", tier, cases, problems=self.problems)
        rules = self.exercise.rules.items()
        made.sayings = {name: (rule.says, rule.section) for name, rule in rules}
        settle(made, self.exercise)
        kinds = ("fail", "raised")
        failing = [one for (one, _), case in zip(suite, cases, strict=True) if case.kind in kinds]
        if failing and made.verdict == "fail" and not made.message:
            made.counterexample = counterexample(failing[0], self.timely, fresh=self.unknowing)
        return made

    def every(self, suite: list[tuple[Scenario, bool]]) -> list[Case] | None:
        """Every case in order; None if one only fails after others, unless each is run alone.

        Whoever finds itself in a fresh child in the middle of the suite could tell that its answer
        was wrong and give another one. So what answers in two ways is judged by one of them, in
        which nothing can be told: each case in a child of its own, once.
        """
        cases: list[Case] = []
        loops = 0
        for scenario, seen in suite:
            late = time.monotonic() > self.until
            if loops >= MOST_LOOPS or late:
                words = f"not tried: {loops} cases before did not come to an end"
                if late:
                    words = f"not tried: the cases before took more than {MOST_SECONDS:g} seconds"
                cases.append(Case(scenario.id, scenario.topic, seen, False, words, "looped"))
                continue
            case = self.case(scenario, seen)
            if case is None:
                return None
            cases.append(case)
            loops += case.kind == "looped"
        return cases

    def timely(self) -> StudentTarget:
        """The submission as a target, while there is time."""
        if time.monotonic() > self.until:
            raise ChildLooped(f"took more than {MOST_SECONDS:g} seconds")
        return self.target()

    def unknowing(self) -> StudentTarget:
        """The submission as a target that has seen no case yet, so that it can tell of none."""
        self.fresh()
        return self.timely()

    def target(self) -> StudentTarget:
        """The submission as a target; a child that failed is replaced."""
        if self.child is None or (self.last is not None and self.last.failure is not None):
            self.fresh()
        assert self.child is not None, "fresh leaves a child"
        self.last = StudentTarget(self.child, DEADLINE)
        return self.last

    def case(self, scenario: Scenario, visible: bool) -> Case | None:
        """One scenario, None if it fails only after others: a child's past must not count."""
        if self.alone and not self.unused:
            self.fresh()
        first = self.unused
        case = self.once(scenario, visible)
        if not case.passed and not first and case.kind != "looped" and self.fresh() is None:
            case = self.once(scenario, visible)
            if case.passed:
                return None
        if not case.passed:
            self.fresh()  # so that the next one need not be run twice
        return case

    def once(self, scenario: Scenario, visible: bool) -> Case:
        """One scenario on the submission's kernel."""
        target = self.target()
        self.unused = False
        result = run(scenario, target)
        kind, words = judged(result, target.failure)
        rule = self.exercise.tables if kind == "tables" else scenario.topic
        return Case(scenario.id, rule, visible, kind == "pass", words, kind)


def judged(result: Result, failure: ChildFailed | None) -> tuple[str, str]:
    """What became of a case, and the words for it; `tables`: only a table is not as it must be."""
    if isinstance(failure, ChildLooped):
        return "looped", "it does not come to an end"
    if failure is not None:
        return "died", str(failure)
    raised = isinstance(result.got, dict) and "raised" in result.got
    for entry in result.record["steps"] if not raised else ():
        damage = broken(entry["view"])
        if damage:
            words = f"after step {entry['step']} a table is broken: {damage[0]}"
            return ("tables" if result.verdict == "pass" else "fail"), words
    if result.verdict == "pass":
        return "pass", ""
    where = f"step {result.step}: " if result.step is not None else ""
    return ("raised" if raised else "fail"), where + result.message


def settle(made: Grade, exercise: Exercise) -> None:
    """Score and verdict from the cases: a rule gives its points when every case of it passed.

    Cases that belong to none of the exercise's rules count as one more, without points.
    """
    for case in made.cases:
        made.rules[case.rule] = made.rules.get(case.rule, True) and case.passed
    if all(case.passed for case in made.cases):
        made.verdict, made.score = "pass", made.max
        return
    tested = {name: rule.points for name, rule in exercise.rules.items() if name in made.rules}
    held = sum(points for name, points in tested.items() if made.rules[name])
    made.score = round(made.max * held / sum(tested.values()), 2) if tested else 0.0
    if any(case.kind == "looped" for case in made.cases):
        made.verdict = "timeout"
    elif all(UNWRITTEN in case.message for case in made.cases):
        made.score, made.message = 0.0, f"{made.exercise} is not written yet ({UNWRITTEN})"
    elif all(case.kind in ("raised", "died") for case in made.cases):
        made.verdict, made.score = "error", 0.0
        made.message = f"it breaks in every case; in the first: {made.cases[0].message}"


def told(problem: Any) -> dict[str, Any]:
    """A cell's problem as the sandbox tells it, in the form that is expected."""
    given = problem if isinstance(problem, dict) else {}
    cell, line = given.get("cell"), given.get("line")
    return {
        "cell": cell if type(cell) is int else 0,
        "line": line if type(line) is int else None,
        "error": str(given.get("error", ""))[:300],
    }
