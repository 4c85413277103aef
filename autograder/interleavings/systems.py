"""What the search finds out about programs that call a submission's functions.

A system file of the exercise says what each processor does, in which memory, and what must hold;
its docstring says so in a sentence. It is trusted, and runs here; the functions that it calls are
told by the sandbox (`calls`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.interleavings.calls import Ask, Calls, Gone
from autograder.interleavings.claims import OF_SETTINGS, Claim
from autograder.interleavings.story import placed
from autograder.interleavings.taken import LINES
from autograder.interleavings.told import UNFINISHED
from kernel_model.explore.cells import LockError
from kernel_model.explore.closure import Closure
from kernel_model.explore.schedule import Counterexample
from kernel_model.explore.snapshot import visible
from kernel_model.explore.system import Programs, SystemCheck
from kernel_model.explore.system_report import WORDS, SystemReport

FILE = "system"
STATES = 400_000  # that are looked at: right answers have some thousand
STEPS = 500  # of a run in which the code is held against what was told of it; one a setting


@dataclass(frozen=True, slots=True)
class Setting:
    """What the processors do."""

    name: str
    text: str  # of the system file
    says: str  # in a sentence


@dataclass(slots=True)
class SystemFinding:
    """What is known of a setting."""

    setting: Setting
    report: SystemReport = field(default_factory=SystemReport)
    cells: list[str] = field(default_factory=list)
    first: list[Any] = field(default_factory=list)
    closure: Closure | None = None  # of what was searched
    processors: int = 0
    lock = False

    @property
    def context(self) -> str:
        """The setting, as a schedule begins."""
        return f"{self.setting.says} A shortest schedule:"

    @property
    def end(self) -> str:
        """What the schedule leads to."""
        report = self.report
        assert report.counterexample is not None, "only a schedule has an end"
        what = WORDS[report.counterexample.property]
        return placed(
            f"{what}: {report.why or report.error}" if report.why or report.error else what
        )

    @property
    def counterexample(self) -> Counterexample | None:
        """The schedule; its lines are only those of the submission."""
        shown = self.report.counterexample
        if shown is None:
            return None
        stem, cycle = (
            [replace(step, line=theirs(step.line)) for step in steps]
            for steps in (shown.stem, shown.cycle)
        )
        return Counterexample(shown.property, stem, cycle)

    def endless(self) -> bool:
        """Has the search not come to an end, so that others will not either?"""
        return self.unfinished() or (self.report.error or "").endswith("without bound?")

    def told(self, words: str) -> str:
        """Words on it, with whose they are."""
        return f"{self.setting.says} {words[:1].upper()}{words[1:]}"

    def failed(self) -> bool:
        """Has the code itself failed, so that nothing could be found out?"""
        return self.report.error is not None and not self.unfinished()

    def unfinished(self) -> bool:
        """Are there more states than are looked at?"""
        return (self.report.error or "").startswith(UNFINISHED)

    def verdict(self, claim: Claim) -> tuple[bool, str]:
        """Does the claim hold, and if not, why, in words."""
        report = self.report
        known = self.verdicts()[claim.property]
        if known is None and self.unfinished() and claim.open:
            return True, report.error or ""
        if known is None and report.error is None and report.counterexample is not None:
            return False, f"it is not known, since {self.end}"
        if known is None:
            return False, placed(report.error or "it was not looked at")
        if known:
            return True, ""
        shown = report.counterexample
        same = shown is not None and claim.broken_by(shown.property)
        return False, self.end if same else WORDS[OF_SETTINGS[claim.property][0]]

    def verdicts(self) -> dict[str, bool | None]:
        """By property."""
        report = self.report
        held = list(report.invariants.values())
        if report.error is not None:
            return dict.fromkeys(OF_SETTINGS)
        every = False if False in held else None if None in held else True
        lost = None if report.lost_wakeup is None else not report.lost_wakeup
        return {
            "mutex": report.mutual_exclusion,
            "values": every,
            "wakeup": lost,
            "rest": report.deadlock_free,
            "circles": report.livelock_free,
        }


def theirs(line: int | None) -> int | None:
    """A line of the submission; None for one of the setting."""
    return line if line is not None and line >= LINES else None


def setting(path: Path) -> Setting:
    """A system file of an exercise."""
    text = path.read_text(encoding="utf-8")
    says = " ".join((ast.get_docstring(ast.parse(text)) or "").split())
    return Setting(path.stem, text, says)


def find_system(
    one: Setting,
    functions: Sequence[str],
    operations: Iterable[str],
    sleepless: Iterable[str],
    ask: Ask,
) -> SystemFinding:
    """Searches a setting; the first function makes what the others are called with.

    Raises Gone where the sandbox gives no answer any more.
    """
    finding = SystemFinding(one)
    calls = Calls(list(operations), list(sleepless), ask)
    maker, *others = functions
    try:
        if not visible():
            raise LockError("this Python does not show where a coroutine stands")
        programs = Programs(one.text, FILE, None, calls.names(maker, others))
        finding.processors = len(programs.locals)
        finding.cells = [str(cell) for cell in programs.cells]
        finding.first = list(programs.first)
        check = SystemCheck(programs, finding.report)
        check.run("auto", STATES, None)
        finding.closure = check.closure
        doubt = calls.doubt(STEPS) if finding.report.error is None else ""
        if doubt:
            finding.report = SystemReport(error=doubt)
    except LockError as error:
        finding.report.error = str(error)
    except Gone as gone:
        if not isinstance(gone.error, LockError):
            raise
        finding.report.error = str(gone.error)
    return finding
