"""Scenarios on a submission's kernel: every case, judged in a child whose past does not count."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from autograder import session
from autograder.bounded import Bounded, bounded
from autograder.exercise import Exercise
from autograder.grades import Case, Grade, settle
from autograder.known import Hearing, Said, known
from autograder.outcomes import FILLED
from autograder.sandbox import ChildFailed, ChildLooped
from autograder.session import Session
from autograder.shrink import counterexample
from autograder.words import damage, plainly, where
from kernel_model.scenario import Result, Scenario, run
from kernel_model.targets.model import WITHOUT_END
from kernel_model.unawaited import sentence

ENDLESS = ("looped", "filled")  # kinds of cases that do not come to an end
TWO_WAYS = "the same questions were answered in two ways"
FEW = 3  # failing cases that an example is looked for in
MOST_LOOPS = 2  # after so many endless cases the rest is not tried
ORDINARY = 0.25  # seconds that a case which fails may take, with new children
LOADS = 10  # or as long as so many new children take to load the cells, on a busy machine
MOST_SLOW = 2.0  # seconds beyond that, of all cases together; then the rest is not tried
NO_MEMORY = "It raised MemoryError"  # a child that could not even say what came
SLEEPLESS = sentence("sleep")
NOT_AWAITED = "An async function was called without await: nothing of it runs"


class Grading:
    """One exercise of one submission under way."""

    def __init__(self, exercise: Exercise, session: Session) -> None:
        self.exercise = exercise
        self.session = session
        self.alone = False  # every case gets a child of its own
        self.loops = 0  # cases that did not come to an end, or filled their memory
        self.slow = 0.0  # seconds that cases which failed took beyond the ordinary
        self.parted: tuple[str, Said] = "", []  # the case that showed no state that it named
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
        kinds = ("fail", "raised", "tables", "looped", "filled")
        tables = self.exercise.tables  # the rule of a case whose first fault is a broken table
        failing = [
            (one, tables if case.damaged else one.topic)
            for (one, _), case in zip(suite, cases, strict=True)
            if case.kind in kinds
        ]
        deep = made.verdict == "error" and WITHOUT_END in made.message
        if failing and (deep or (made.verdict in ("fail", "timeout") and not made.message)):
            endless = made.verdict == "timeout"
            found = (self.example(*one, endless, hidden) for one in failing[:FEW])
            made.counterexample = next((one for one in found if one is not None), None)
        return made

    def example(
        self, scenario: Scenario, rule: str, endless: bool, hidden: list[Scenario]
    ) -> dict[str, Any] | None:
        """A small example of what fails in this case, and the rule that it breaks.

        Of what does not come to an end somewhere, with all its loops bounded.
        """
        one = self.session
        if not endless:
            found = counterexample(
                scenario, one.timely, fresh=one.unknowing, secret=hidden, long=ORDINARY
            )
        else:
            other = Session(one.name, bounded(one.cells), one.sandbox, one.place)
            other.endless = [number + 1 for number in one.endless]  # the counter is the first
            try:
                found = counterexample(
                    scenario,
                    lambda: Bounded(other.timely()),
                    fresh=lambda: Bounded(other.unknowing()),
                    secret=hidden,
                    long=ORDINARY,
                )
            finally:
                other.close()
        if found is None:
            return None
        return found | {"rule": self.exercise.told_rule(self.exercise.rule_of(found, rule))}

    def every(self, suite: Iterable[tuple[Scenario, bool]]) -> list[Case] | None:
        """Every case in order; None if one only fails after others, unless each is run alone.

        Whoever finds itself in a fresh child in the middle of the suite could tell that its answer
        was wrong and give another one. So what answers in two ways is judged by one of them, in
        which nothing can be told: each case in a child of its own, once.
        """
        cases: list[Case] = []
        self.loops, self.slow = 0, 0.0
        self.forgotten.clear()
        for scenario, seen in suite:
            words = ""
            if self.session.late():
                most = session.MOST_SECONDS
                words = f"the cases before took more than {most:g} second{'s' * (most != 1)}"
            elif self.loops >= MOST_LOOPS:
                words = f"{self.loops} cases before did not come to an end"
            elif self.slow >= MOST_SLOW:
                words = "the cases that failed before took too long"
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
        """One scenario; None if it fails otherwise after others, or shows what it did not name.

        What did not come to an end is tried again, until one case has failed so twice: it may
        have been the machine, which does other things as well. Nothing can be told by that, unless
        the child was asked for a state, so that it may have stopped for a second try.
        """
        if self.alone and not self.session.unused:
            self.session.fresh()
        self.session.rested()
        first, start = self.session.unused, time.monotonic()
        case = self.once(scenario, visible)
        if case is None:
            return None
        looped, last = case.kind in ENDLESS, self.session.last
        again = not (self.loops or self.session.late()) if looped else not (case.passed or first)
        if again and self.session.fresh() is None:
            before, case = case, self.once(scenario, visible)
            learned = not looped or (last is not None and last.asked)
            if case is None or (learned and case.faults() != before.faults()):
                return None
        if not case.passed:
            took = time.monotonic() - start
            self.session.fresh()  # so that the next one need not be run twice
            if case.kind in ENDLESS:
                self.loops += 1
            else:
                loading = time.monotonic() - start - took  # longer where the machine is busy
                self.slow += max(0.0, took - max(ORDINARY, LOADS * loading))
        return case

    def once(self, scenario: Scenario, visible: bool) -> Case | None:
        """One scenario on the submission's kernel; None if it shows another state than it named."""
        target, runs = self.session.target(), known(scenario, self.exercise)
        assert self.session.child is not None, "who has a target has a child"
        target.child = hearing = Hearing(self.session.child, target.deadline)
        target.known, target.whole = runs.states, self.alone
        if not self.alone and hearing.passes(runs):
            return Case(scenario.id, scenario.topic, visible, True, "", "pass")
        result = run(scenario, target, views=target.unjudged)
        if target.apart:
            self.parted = scenario.id, hearing.said
            return None
        if self.alone and scenario.id == self.parted[0]:
            pairs = zip(self.parted[1], hearing.said, strict=False)
            if any(one != other for one, other in pairs):
                return Case(scenario.id, scenario.topic, visible, False, TWO_WAYS, "fail")
        broken = damage(result)
        kind, words = judged(scenario, result, target.failure, broken)
        if kind == "pass" and not self.alone:
            runs.keep(hearing.said)
        if kind != "pass" and target.unawaited:
            # of our own words, since what a hidden case does must not be told through a name
            told = SLEEPLESS if target.unawaited == SLEEPLESS else NOT_AWAITED
            self.forgotten += [told] if told not in self.forgotten else []
            words += f". {target.unawaited}" if target.unawaited not in words else ""
        passed, damaged = kind == "pass", broken is not None
        return Case(scenario.id, scenario.topic, visible, passed, words, kind, damaged)


def judged(
    scenario: Scenario,
    result: Result,
    failure: ChildFailed | None,
    broken: tuple[int, str] | None,
) -> tuple[str, str]:
    """What became of a case, and the words for it; `tables`: a table is broken, and no more.

    Of a case that goes wrong after that as well, the broken table is told.
    """
    place = f"{where(scenario, result.step)}: " if result.step is not None else ""
    if isinstance(failure, ChildLooped):
        return "looped", place + "it does not come to an end"
    raised = isinstance(result.got, dict) and "raised" in result.got
    if failure is not None and str(failure).startswith(NO_MEMORY):
        return "filled", place + FILLED
    if failure is None and raised and result.got["raised"] == FILLED:
        return "filled", place + FILLED
    words = place + (str(failure) if failure is not None else plainly(result.message))
    if broken is not None:
        words = f"{where(scenario, broken[0])}: {broken[1]}"
    if failure is not None:
        return "died", words
    if result.verdict == "pass":
        return ("pass", "") if broken is None else ("tables", words)
    return ("raised" if raised else "fail"), words
