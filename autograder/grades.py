"""What grading a submission gives: cases, score, verdict, and the words for a student."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.exercise import Exercise
from autograder.words import AFTER, paragraph_lines, wrap

MOST_ROWS = 3  # of the tables
# What is said of a rule whose cases pass, though another rule's case fails by it
ELSEWHERE = " (in its cases; the example below breaks it in a case of another rule)"
UNWRITTEN = "NotImplementedError"  # what a stub raises


@dataclass(slots=True)
class Case:
    """How one scenario went."""

    id: str
    rule: str  # the group of rules it belongs to
    visible: bool  # a student may see it
    passed: bool
    message: str  # what differed, for an instructor
    kind: str = (
        "fail"  # of a case not passed: fail, tables, raised, looped, filled, died or untried
    )
    damaged: bool = False  # a table was broken before anything else was wrong

    def faults(self) -> tuple[bool, bool]:
        """Does it count against its own rule, and against the one on tables?"""
        return not self.passed and self.kind not in ("tables", "untried"), self.damaged


@dataclass(slots=True)
class Grade:
    """The grade of one exercise of one submission.

    verdict  pass: every case; fail: some did not; timeout: some never came to an end;
             error: there was nothing that could be graded
    """

    exercise: str
    score: float  # points
    max: float
    verdict: str
    tier: str  # how the sandbox was isolated
    cases: list[Case] = field(default_factory=list)
    rules: dict[str, bool] = field(default_factory=dict)  # does every case of this rule hold?
    untried: list[str] = field(default_factory=list)  # rules that only lack cases not tried
    # each rule in one sentence, and where to read about it
    sayings: dict[str, tuple[str, str]] = field(default_factory=dict)
    counterexample: dict[str, Any] | None = None
    after: str = ""  # after success: where real kernels do it differently
    message: str = ""  # why there was nothing to grade
    notes: list[str] = field(default_factory=list)  # what is likely to be wrong, in sentences
    problems: list[dict[str, Any]] = field(default_factory=list)  # cells that raised
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As `kernelbook grade --json` prints it."""
        return {
            "exercise": self.exercise,
            "score": self.score,
            "max": self.max,
            "verdict": self.verdict,
            "tier": self.tier,
            "message": self.message,
            "rules": self.rules,
            "untried": self.untried,
            "notes": self.notes,
            "problems": self.problems,
            "cases": [
                {"id": c.id, "visible": c.visible, "passed": c.passed, "message": c.message}
                for c in self.cases
            ],
            "counterexample": self.counterexample,
            "seconds": round(self.seconds, 3),
        }

    def report(self) -> str:
        """What a student is told: rules, visible cases and an example; nothing of hidden ones."""
        lines = [f"{self.exercise}: {self.score:g} of {self.max:g} points ({self.verdict})"]
        if self.message:
            lines += wrap("  ", self.message)
        for problem in self.problems:
            where = f", line {problem['line']}" if problem["line"] else ""
            lines += wrap("  ", f"cell {problem['cell']}{where}: {problem['error']}")
        for note in self.notes:
            lines += wrap("  ", f"{note}.")
        if not self.message:
            lines += self._rules() + self._cases()
        if self.after and self.verdict == "pass":
            lines += [f"  {AFTER}:", *paragraph_lines("    ", self.after)]
        if self.counterexample:
            lines += ["  A small example that goes wrong:"]
            for context in self.counterexample["context"]:
                lines += wrap("    ", context)
            lines += [f"    {line}" for line in self.counterexample["calls"]]
            lines += wrap("    ", self.counterexample["sentence"])
            rule = self.counterexample.get("rule", {})
            if rule.get("says"):
                lines += wrap("    ", f"The rule: {rule['says']} (read {rule['section']}).")
            lines += tables_lines(self.counterexample["tables"])
        return "\n".join(lines)

    def shown_broken(self) -> str:
        """The rule that the example breaks, by its name; "" without one."""
        return str((self.counterexample or {}).get("rule", {}).get("name", ""))

    def _rules(self) -> list[str]:
        lines = []
        for rule, holds in self.rules.items():
            says, section = self.sayings.get(rule, ("", ""))
            told = f"{rule}: {says}" if says else rule
            state = "holds" if holds else "not tried" if rule in self.untried else "BROKEN"
            if section and state == "BROKEN":
                told += f" (read {section})"
            if holds and self.shown_broken() == rule:
                told += ELSEWHERE
            lines += wrap(f"  {state:9} ", told)
        return lines

    def _cases(self) -> list[str]:
        lines = []
        for case in self.cases:
            if case.visible and not case.passed and case.kind != "untried":
                lines += wrap("  ", f"visible case {case.id}: {case.message}")
        if any(case.kind == "looped" for case in self.cases):
            lines.append("  The function did not come to an end in at least one case.")
        if any(case.kind == "filled" for case in self.cases):
            lines.append("  The function took more memory than there is in at least one case.")
        untried = [case.message for case in self.cases if case.kind == "untried"]
        if untried:
            lines += wrap("  ", f"{len(untried)} of {len(self.cases)} cases were {untried[0]}.")
        return lines


def tables_lines(rows: list[dict[str, str]]) -> list[str]:
    """The fields in which the tables differ after the last call, a few of them."""
    if not rows:
        return []
    lines = ["    The tables then:"]
    for row in rows[:MOST_ROWS]:
        told = f"{row['name']}: expected {row['expected']}, got {row['got']}"
        lines += wrap("      ", told)
    more = len(rows) - MOST_ROWS
    return lines + ([f"      and {more} more"] if more > 0 else [])


def settle(made: Grade, exercise: Exercise) -> None:
    """Score and verdict from the cases: a rule gives its points when every case of it passed.

    A case whose first fault is a broken table counts against the rule on tables, and against its
    own only if something else is wrong after it. So nobody gains by breaking one.
    Cases that belong to none of the exercise's rules count as one more, without points.
    """
    failing = [case for case in made.cases if not case.passed]
    failed = {case.rule for case in failing if case.faults()[0]}
    failed |= {exercise.tables for case in failing if case.damaged}
    broken = failed | {case.rule for case in failing if case.kind == "untried"}
    topics = {case.rule for case in made.cases} | broken
    order = [*exercise.rules, *sorted(topics - exercise.rules.keys())]
    made.rules = {rule: rule not in broken for rule in order if rule in topics}
    made.untried = [rule for rule in made.rules if rule in broken - failed]
    if all(case.passed for case in made.cases):
        made.verdict, made.score = "pass", made.max
        return
    tested = {name: rule.points for name, rule in exercise.rules.items() if name in made.rules}
    held = sum(points for name, points in tested.items() if made.rules[name])
    made.score = round(made.max * held / sum(tested.values()), 2) if tested else 0.0
    if any(case.kind in ("looped", "filled", "untried") for case in made.cases):
        made.verdict = "timeout"
    elif all(UNWRITTEN in case.message for case in made.cases):
        made.score, made.message = 0.0, f"{made.exercise} is not written yet ({UNWRITTEN})"
    elif all(case.kind in ("raised", "died") for case in made.cases):
        made.verdict, made.score = "error", 0.0
        made.message = f"it breaks in every case; in the first: {made.cases[0].message}"
