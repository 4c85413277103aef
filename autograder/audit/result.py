"""What an audit found: a verdict on every mutant, counted by operator, by rule and by case."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from autograder.audit.mutants import Mutant
from autograder.audit.runs import Kill

FOUND = "from"  # the note of a case that a search found: which search it was
VERDICTS = ("killed", "equivalent", "survived")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    kills: tuple[Kill, ...]  # the first cases that fail; two tell that none is the only one
    reason: str = ""  # why it is equivalent

    @property
    def verdict(self) -> str:
        """killed, equivalent or survived."""
        return "killed" if self.kills else "equivalent" if self.reason else "survived"

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.mutant.name,
            "operator": self.mutant.operator,
            "line": self.mutant.line,
            "change": self.mutant.change,
            "verdict": self.verdict,
            "kills": [{"case": k.case, "rule": k.rule, "how": k.how} for k in self.kills],
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Audit:
    """The audit of one exercise."""

    exercise: str
    digest: str  # of everything that it depends on
    cases: tuple[str, ...]  # of the hidden suite
    rules: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    seconds: float
    found: tuple[str, ...] = ()  # cases that a search has found; the others were written

    def count(self, verdict: str) -> int:
        """How many mutants have this verdict."""
        return sum(one.verdict == verdict for one in self.verdicts)

    @property
    def score(self) -> float:
        """Killed, of those that are not equivalent, in percent."""
        rest = len(self.verdicts) - self.count("equivalent")
        return 100 * self.count("killed") / rest if rest else 100.0

    @property
    def survivors(self) -> list[Verdict]:
        """The holes in the suite."""
        return [one for one in self.verdicts if one.verdict == "survived"]

    def operators(self) -> dict[str, Counter[str]]:
        """By operator: how many mutants have each verdict, and each rule that killed first."""
        found: dict[str, Counter[str]] = {}
        for one in self.verdicts:
            counts = found.setdefault(one.mutant.operator, Counter())
            counts.update([one.verdict, *[kill.rule for kill in one.kills[:1]]])
        return found

    def redundant(self) -> list[str]:
        """The cases that are never the only one to kill a mutant."""
        alone = {one.kills[0].case for one in self.verdicts if len(one.kills) == 1}
        return [case for case in self.cases if case not in alone]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "exercise": self.exercise,
            "digest": self.digest,
            "score": round(self.score, 2),
            "mutants": len(self.verdicts),
            **{verdict: self.count(verdict) for verdict in VERDICTS},
            "operators": {name: dict(counts) for name, counts in self.operators().items()},
            "cases": list(self.cases),
            "found": list(self.found),
            "redundant": self.redundant(),
            "verdicts": [one.to_json() for one in self.verdicts],
            "seconds": round(self.seconds, 1),
        }

    def report(self) -> str:
        """For the command line: the counts, and every survivor."""
        counts = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in VERDICTS)
        lines = [
            f"{self.exercise}: {len(self.verdicts)} mutants, {counts}; "
            f"score {percent(self.score)}, in {self.seconds:.0f} s"
        ]
        for name, found in self.operators().items():
            told = "  ".join(f"{found[verdict]:5} {verdict}" for verdict in VERDICTS)
            lines.append(f"  {name:20} {told}")
        lines.append(f"  never the only killer: {', '.join(self.redundant()) or 'no case'}")
        for one in self.survivors:
            lines.append(f"  SURVIVED  line {one.mutant.line}  {one.mutant.name}")
        return "\n".join(lines)


def percent(score: float) -> str:
    """Never rounded up to all of it."""
    return "100 %" if score == 100 else f"{min(score, 99.9):.1f} %"
