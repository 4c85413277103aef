"""What all interleavings of several locks, or of several systems, have shown, as one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernel_model.explore import check, check_system
from kernel_model.explore.report import PROPERTIES, Report
from kernel_model.explore.system_report import SystemReport
from kernel_model.explore.systemfile import is_system
from kernel_model.view.tables import Table

OF_LOCKS = ("mutual exclusion", "no deadlock", "no starvation", "overtaken at most", "states")
OF_SYSTEMS = ("what must hold", "no wake-up lost", "no deadlock", "no livelock", "states")
SIGNS = {True: "yes", False: "NO", None: "–"}
LIMIT = 2_000_000  # states of one lock or system


@dataclass(frozen=True)
class Verdicts:
    """Reports of one kind under names; a notebook shows them as a table."""

    reports: Mapping[str, Report | SystemReport]

    def heads(self) -> tuple[str, ...]:
        """What the columns say."""
        systems = any(isinstance(one, SystemReport) for one in self.reports.values())
        return OF_SYSTEMS if systems else OF_LOCKS

    def rows(self) -> Iterable[tuple[str, ...]]:
        """The cells of the table."""
        for name, report in self.reports.items():
            if report.error is not None:
                yield (name, report.error, *[""] * (len(self.heads()) - 1))
            elif isinstance(report, SystemReport):
                yield (name, *_of_system(report))
            else:
                told = [SIGNS[verdict] for verdict in report.verdicts().values()]
                yield name, *told, bypass(report), f"{report.states:,}"

    def _table(self) -> Table:
        return Table(self.heads(), list(self.rows()))

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


def verdicts(
    texts: Mapping[str, str], processors: int | None, properties: Sequence[str] | None
) -> Verdicts:
    """Checks each lock or system; `properties` of locks are those of `check`, or None for all."""
    found: dict[str, Report | SystemReport] = {}
    for name, text in texts.items():
        if is_system(text):
            found[name] = check_system(text, processors, limit=LIMIT)
        else:
            asked = PROPERTIES if properties is None else properties
            found[name] = check(text, processors or 2, asked, limit=LIMIT)
    return Verdicts(found)


def bypass(report: Report) -> str:
    """How often a processor may be overtaken, for the one that is worst off."""
    if report.bypass is None:
        return SIGNS[None]
    bounds = list(report.bypass.values())
    most = [bound for bound in bounds if bound is not None]
    return str(max(most)) if len(most) == len(bounds) else "without bound"


def _of_system(report: SystemReport) -> Iterable[str]:
    """The first column is about all states by themselves; where it says no, it says why."""
    wrong = report.mutual_exclusion is False or False in report.invariants.values()
    if wrong:
        yield f"NO: {report.why or 'two are inside'}"
    else:
        yield "yes" if report.invariants or report.mutual_exclusion else SIGNS[None]
    yield SIGNS[None if report.lost_wakeup is None else not report.lost_wakeup]
    yield SIGNS[report.deadlock_free]
    yield SIGNS[report.livelock_free]
    yield SIGNS[None] if wrong else f"{report.states:,}"
