"""What grading a submission gives: cases, score, verdict, and the words for a student."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

WIDTH = 88  # characters of a report's line


@dataclass(slots=True)
class Case:
    """How one scenario went."""

    id: str
    rule: str  # the group of rules it belongs to
    visible: bool  # a student may see it
    passed: bool
    message: str  # what differed, for an instructor
    kind: str = "fail"  # of a case not passed: fail, tables, raised, looped or died


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
    # each rule in one sentence, and where to read about it
    sayings: dict[str, tuple[str, str]] = field(default_factory=dict)
    counterexample: dict[str, Any] | None = None
    message: str = ""  # why there was nothing to grade
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
            lines.append(f"  cell {problem['cell']}{where}: {problem['error']}")
        for rule, holds in self.rules.items() if not self.message else ():
            says, section = self.sayings.get(rule, ("", ""))
            told = f"{rule}: {says}" if says else rule
            if section and not holds:
                told += f" (read {section})"
            lines += wrap(f"  {'holds ' if holds else 'BROKEN'} ", told)
        for case in self.cases:
            if case.visible and not case.passed and not self.message:
                lines += wrap("  ", f"visible case {case.id}: {case.message}")
        if any(case.kind == "looped" for case in self.cases if not case.passed):
            lines.append("  The function did not come to an end in at least one case.")
        if self.counterexample:
            lines += ["  A small example that goes wrong:"]
            lines += [f"    {line}" for line in self.counterexample["calls"]]
            lines += wrap("    ", self.counterexample["sentence"])
        return "\n".join(lines)


def wrap(indent: str, text: str) -> list[str]:
    """A text in lines that fit a feedback page, the first with the indent, the others below it."""
    blanks = " " * len(indent)
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=blanks) or [indent]
