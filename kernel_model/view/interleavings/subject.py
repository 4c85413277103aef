"""What is shown: a lock or a system that has been explored, with its verdict in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kernel_model.explore.cells import seen
from kernel_model.explore.report import BROKEN, Report
from kernel_model.explore.system import Programs, SystemCheck
from kernel_model.explore.system_report import WORDS, SystemReport
from kernel_model.explore.systemfile import is_system
from kernel_model.explore.verdict import Check, Extracted, warned
from kernel_model.explore.watch import failed
from kernel_model.view.interleavings.machine import Machine, Place, machine_of

LIMIT = 1_000_000  # states that are looked at
STEP = " Step through it."  # of a bad schedule
LOOKED = 3_000  # states of a system that are looked at for what is wrong with them


@dataclass(slots=True)
class Subject:
    """A text that has been explored."""

    text: str
    machine: Machine
    states: int | None  # of the whole; None: the search has stopped at what is wrong
    verdict: str  # in a sentence or two
    lock: bool
    bad: dict[str, str] = field(default_factory=dict)  # by state: what is wrong with it


def subject(text: str, processors: int | None) -> Subject:
    """A lock file, or a system file. Raises LockError for what is neither."""
    return _system(text, processors) if is_system(text) else _lock(text, processors or 2)


def _lock(text: str, processors: int) -> Subject:
    report = Report()
    with warned():
        check = Check(Extracted(text, "lock", processors), report, "auto", LIMIT, None)
        check.run()
    cells = [str(cell) for cell in check.lock.cells]
    machine = machine_of(check.closure, cells, report.counterexample, lock=True)
    return Subject(text, machine, report.states, _lock_verdict(report, machine), lock=True)


def _lock_verdict(report: Report, machine: Machine) -> str:
    if report.counterexample is not None:
        return bad_schedule(BROKEN[report.counterexample.property], machine)
    if report.error is not None:
        return f"Not known: {report.error}."
    kept = {
        "never are two inside": report.mutual_exclusion,
        "nobody is stuck": report.deadlock_free,
        "nobody starves": report.starvation_free,
    }
    told = ", ".join(words for words, holds in kept.items() if holds)
    return f"There is none: in all {report.states:,} states, {told}."


def _system(text: str, processors: int | None) -> Subject:
    report = SystemReport()
    with warned():
        check = SystemCheck(Programs(text, "system", processors), report)
        check.run("auto", LIMIT, None)
    cells = [str(cell) for cell in check.programs.cells]
    machine = machine_of(check.closure, cells, report.counterexample, lock=False)
    complete = check.watch.finding is None and check.found.finished
    made = Subject(text, machine, report.states if complete else None, "", lock=False)
    made.verdict = _system_verdict(report, machine)
    levels = machine.levels(LOOKED) or []
    if levels:
        made.states = sum(map(len, levels))
    wrong = _judge(check, machine)
    for place in (place for level in levels for place in level.values()):
        why = wrong(place)
        if why is not None:
            made.bad[machine.key(place)] = why
    if report.counterexample is not None and not machine.cycle:
        last = machine.key(machine.places(machine.stem)[-1])
        if report.why:
            made.bad.setdefault(last, _said(report.why))
    return made


def _system_verdict(report: SystemReport, machine: Machine) -> str:
    if report.counterexample is not None:
        told = WORDS[report.counterexample.property]
        return bad_schedule(f"{told} ({report.why})" if report.why else told, machine)
    if report.error is not None:
        return f"Not known: {report.error}."
    return f"There is none: all {report.states:,} states have been looked at, and none is wrong."


def bad_schedule(told: str, machine: Machine) -> str:
    """The verdict on what goes wrong in the machine's schedule."""
    again = f" and then a cycle of {len(machine.cycle)}" if machine.cycle else ""
    steps = f"{len(machine.stem)} steps{again}"
    return f"A shortest bad schedule, {steps}: {told}.{STEP}"


def _said(why: str) -> str:
    """What is wrong, as a sentence."""
    return f"{why[:1].upper()}{why[1:]}."


def _judge(check: SystemCheck, machine: Machine) -> Callable[[Place], str | None]:
    """What the system's invariants, and finals at the end, say of a place."""
    known: dict[tuple[tuple[str, ...], bool], str | None] = {}

    def wrong(place: Place) -> str | None:
        members = range(len(machine.members))
        ended = all(machine.at(place, p).phase == "ended" for p in members)
        if (place.values, ended) not in known:
            pairs = zip(machine.values, place.values, strict=True)
            looked = seen(check.programs.memory, [texts[text] for texts, text in pairs])
            asked = [*check.watch.invariants, *(check.watch.finals if ended else ())]
            told = (failed(one, looked) for one in asked)
            known[place.values, ended] = next((_said(why) for why in told if why), None)
        return known[place.values, ended]

    return wrong
