"""What the search finds out about a lock for so many processors, held against claims.

A lock is anything with cells, first values and processors: told by the sandbox, or here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.interleavings.claims import Claim
from autograder.interleavings.story import placed
from autograder.interleavings.told import UNFINISHED
from kernel_model.explore.cells import LockError
from kernel_model.explore.closure import Closure
from kernel_model.explore.report import BROKEN, Report
from kernel_model.explore.schedule import Counterexample
from kernel_model.explore.verdict import Check

STATES = 1_500_000  # that are looked at
WAITS = "can wait in Vprim for ever"
LIVENESS = {"deadlock", "starvation"}
EMPTY = "says nothing as long as"


class Lock(Protocol):
    """What a search needs."""

    cells: Any
    first: Any
    ids: list[int]
    locals: Any

    def doubt(self) -> str: ...


@dataclass(slots=True)
class Finding:
    """What is known of a lock for so many processors."""

    processors: int
    report: Report
    cells: list[str]
    first: list[Any]
    closure: Closure | None = None  # of what was searched
    lock = True

    @property
    def context(self) -> str:
        """What the processors do, as a schedule begins."""
        return f"{of(self.processors)}, a shortest schedule:"

    @property
    def counterexample(self) -> Counterexample | None:
        """The schedule that breaks what it breaks."""
        return self.report.counterexample

    @property
    def end(self) -> str:
        """What the schedule leads to."""
        shown = self.report.counterexample
        return BROKEN.get(shown.property, shown.property) if shown is not None else ""

    def endless(self) -> bool:
        """Is it for this that others are not tried? They need this one: see `broken_need`."""
        return False

    def told(self, words: str) -> str:
        """Words on it, with whose they are."""
        return f"{of(self.processors)}: {words}"

    def failed(self) -> bool:
        """Has the code itself failed, so that nothing could be found out?"""
        return self.report.mutual_exclusion is None and not self.unfinished()

    def unfinished(self) -> bool:
        """Are there more states than are looked at?"""
        return (self.report.error or "").startswith(UNFINISHED)

    def verdict(self, claim: Claim) -> tuple[bool, str]:
        """Does the claim hold, and if not, why, in words."""
        report = self.report
        if claim.property == "release":
            told = report.error is not None and WAITS in report.error
            known: bool | None = not told if report.starvation_free is not None else None
        else:
            known = report.verdicts()[claim.property]
        if known is None:
            if self.unfinished() and claim.open:
                return True, report.error or ""
            return False, placed(report.error or "it was not looked at")
        return known, "" if known else BROKEN[claim.property]


def find(
    n: int, claims: Iterable[Claim], made: Callable[[], Lock], example: bool = True
) -> Finding:
    """Searches for what the claims on n processors ask; `made` gives the lock."""
    asked = {claim.property for claim in claims if claim.processors == n}
    if "release" in asked:
        asked |= LIVENESS
    report = Report(asked=tuple(sorted(asked - {"release"})))
    finding = Finding(n, report, [], [])
    try:
        lock = made()
        finding.cells, finding.first = [str(one) for one in lock.cells], list(lock.first)
        check = Check(lock, report, "auto", STATES, None)  # type: ignore[arg-type]
        check.example = example
        check.run()
        finding.closure = check.closure
    except LockError as error:
        report.error = str(error)
    return finding


def of(processors: int) -> str:
    """So many processors."""
    return f"{processors} processor{'s' * (processors != 1)}"


def broken_need(claim: Claim, held: dict[str, bool], claims: Iterable[Claim]) -> Claim | None:
    """A claim that this one needs and that does not hold."""
    lost = [one for one in claims if one.id in claim.needs and held.get(one.id) is False]
    return lost[0] if lost else None
