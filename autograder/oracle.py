"""The oracle: runs a submission's function through its scenarios, and judges from outside.

Only stimuli go into the sandbox. The expectations stay here, and so do the cases' names; what
comes out is compared here, and the tables that come out are held against their invariants.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from autograder import session
from autograder.bounded import Bounded, bounded
from autograder.breaking.asking import Judge
from autograder.editions import leave_one_out
from autograder.editions.room import JUDGE, judges_room
from autograder.exercise import BREAKS, INTERLEAVINGS, SCENARIOS, Exercise, exercises
from autograder.exercise import exercise as exercise_named
from autograder.grades import Case, Grade, settle
from autograder.known import Hearing, known
from autograder.problems import not_of, own
from autograder.sandbox import ChildFailed, ChildLooped, Sandbox
from autograder.session import Session, one_processor
from autograder.shrink import counterexample
from autograder.words import advised, damage, plainly, where
from kernel_model.scenario import Result, Scenario, run
from kernel_model.targets.model import WITHOUT_END
from kernel_model.unawaited import sentence

FEW = 3  # failing cases that an example is looked for in
MOST_LOOPS = 2  # after so many endless cases the rest is not tried
SLEEPLESS = sentence("sleep")
NOT_AWAITED = "An async function was called without await: nothing of it runs"

_servers: dict[tuple[str, bool], Sandbox] = {}
_judges: dict[bool, Judge] = {}


def server(name: str, allow_unisolated: bool = False) -> Sandbox:
    """The sandbox that holds the kernel without this function; started once a process."""
    key = (name, allow_unisolated)
    if key not in _servers:
        root = leave_one_out(name)
        cells = exercise_named(name).kind == INTERLEAVINGS
        module = "answering" if cells else "inside"
        _servers[key] = Sandbox(root, module, allow_unisolated=allow_unisolated)
    return _servers[key]


def judge(allow_unisolated: bool = False) -> Judge:
    """Runs students' scenarios, and no code of theirs, in a sandbox; started once a process."""
    if allow_unisolated not in _judges:
        room = Sandbox(judges_room(), JUDGE, allow_unisolated=allow_unisolated)
        _judges[allow_unisolated] = Judge(room)
    return _judges[allow_unisolated]


@atexit.register
def close_servers() -> None:
    """Ends every server that this process started."""
    while _servers:
        _servers.popitem()[1].close()
    while _judges:
        _judges.popitem()[1].close()


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


class Grading:
    """One exercise of one submission under way."""

    def __init__(self, exercise: Exercise, session: Session) -> None:
        self.exercise = exercise
        self.session = session
        self.alone = False  # every case gets a child of its own
        self.loops = 0  # cases that did not come to an end
        self.forgotten: list[str] = []  # what failing cases called without await, in sentences

    def grade(self, visible: list[Scenario], hidden: list[Scenario]) -> Grade:
        """Runs every case; a failure counts when a fresh child fails as well."""
        points, tier = float(self.exercise.points), self.session.sandbox.tier.name
        why = self.session.fresh()
        made = Grade(self.exercise.name, 0.0, points, "error", tier, message=why or "")
        made.problems = self.session.problems
        if why is not None:
            return made
        suite = [(one, True) for one in visible] + [(one, False) for one in hidden]
        cases = self.every(suite)
        if cases is None:
            self.alone = True
            cases = self.every(suite) or []
        made.verdict, made.cases, made.notes = "fail", cases, self.forgotten
        rules = self.exercise.rules.items()
        made.sayings = {name: (rule.says, rule.section) for name, rule in rules}
        settle(made, self.exercise)
        made.after = self.exercise.after
        kinds = ("fail", "raised", "tables", "looped")
        failing = [one for (one, _), case in zip(suite, cases, strict=True) if case.kind in kinds]
        deep = made.verdict == "error" and WITHOUT_END in made.message
        if failing and (deep or (made.verdict in ("fail", "timeout") and not made.message)):
            found = (self.example(one, made.verdict == "timeout", hidden) for one in failing[:FEW])
            made.counterexample = next((one for one in found if one is not None), None)
        return made

    def example(
        self, scenario: Scenario, endless: bool, hidden: list[Scenario]
    ) -> dict[str, Any] | None:
        """A small example of what fails in this case, and the rule that it breaks.

        Of what does not come to an end somewhere, with all its loops bounded.
        """
        one = self.session
        if not endless:
            found = counterexample(scenario, one.timely, fresh=one.unknowing, secret=hidden)
        else:
            other = Session(one.name, bounded(one.cells), one.sandbox, one.place)
            other.endless = [number + 1 for number in one.endless]  # the counter is the first
            try:
                found = counterexample(
                    scenario,
                    lambda: Bounded(other.timely()),
                    fresh=lambda: Bounded(other.unknowing()),
                    secret=hidden,
                )
            finally:
                other.close()
        return None if found is None else found | {"rule": self.exercise.told_rule(scenario.topic)}

    def every(self, suite: Iterable[tuple[Scenario, bool]]) -> list[Case] | None:
        """Every case in order; None if one only fails after others, unless each is run alone.

        Whoever finds itself in a fresh child in the middle of the suite could tell that its answer
        was wrong and give another one. So what answers in two ways is judged by one of them, in
        which nothing can be told: each case in a child of its own, once.
        """
        cases: list[Case] = []
        self.loops = 0
        self.forgotten.clear()
        for scenario, seen in suite:
            words = ""
            if self.session.late():
                most = session.MOST_SECONDS
                words = f"the cases before took more than {most:g} second{'s' * (most != 1)}"
            elif self.loops >= MOST_LOOPS:
                words = f"{self.loops} cases before did not come to an end"
            if words:
                words = f"not tried: {words}"
                cases.append(Case(scenario.id, scenario.topic, seen, False, words, "untried"))
                continue
            case = self.case(scenario, seen)
            if case is None:
                return None
            cases.append(case)
        return cases

    def case(self, scenario: Scenario, visible: bool) -> Case | None:
        """One scenario, None if it fails only after others: a child's past must not count.

        What did not come to an end is tried again, until one case has failed so twice: it may
        have been the machine, which does other things as well. Nothing can be told by that.
        """
        if self.alone and not self.session.unused:
            self.session.fresh()
        self.session.rested()
        first = self.session.unused
        case = self.once(scenario, visible)
        looped = case.kind == "looped"
        again = not (self.loops or self.session.late()) if looped else not (case.passed or first)
        if again and self.session.fresh() is None:
            case = self.once(scenario, visible)
            if case.passed and not looped:
                return None
        if not case.passed:
            self.loops += case.kind == "looped"
            self.session.fresh()  # so that the next one need not be run twice
        return case

    def once(self, scenario: Scenario, visible: bool) -> Case:
        """One scenario on the submission's kernel."""
        target, runs = self.session.target(), known(scenario)
        assert self.session.child is not None, "who has a target has a child"
        target.child = hearing = Hearing(self.session.child, target.deadline)
        if hearing.passes(runs):
            return Case(scenario.id, scenario.topic, visible, True, "", "pass")
        result = run(scenario, target)
        kind, words = judged(scenario, result, target.failure)
        if kind == "pass" and hearing.clear:
            runs.keep(hearing.heard)
        if kind != "pass" and target.unawaited:
            # of our own words, since what a hidden case does must not be told through a name
            told = SLEEPLESS if target.unawaited == SLEEPLESS else NOT_AWAITED
            self.forgotten += [told] if told not in self.forgotten else []
            words += f". {target.unawaited}" if target.unawaited not in words else ""
        return Case(scenario.id, scenario.topic, visible, kind == "pass", words, kind)


def judged(scenario: Scenario, result: Result, failure: ChildFailed | None) -> tuple[str, str]:
    """What became of a case, and the words for it; `tables`: only a table is not as it must be."""
    place = f"{where(scenario, result.step)}: " if result.step is not None else ""
    if isinstance(failure, ChildLooped):
        return "looped", place + "it does not come to an end"
    if failure is not None:
        return "died", place + str(failure)
    raised = isinstance(result.got, dict) and "raised" in result.got
    found = damage(result) if not raised else None
    if found is not None:
        kind = "tables" if result.verdict == "pass" else "fail"
        return kind, f"{where(scenario, found[0])}: {found[1]}"
    if result.verdict == "pass":
        return "pass", ""
    return ("raised" if raised else "fail"), place + plainly(result.message)


def about(
    exercise: Exercise, problems: list[dict[str, Any]], cells: list[str]
) -> list[dict[str, Any]]:
    """The problems of cells that are this exercise's business."""
    others = [name for one in exercises() if one.name != exercise.name for name in one.functions]
    left = not_of(others, exercise.functions, own(problems, cells), cells)
    return [problem | {"error": advised(problem["error"])} for problem in left]
