"""Where two kernels part: an example played on both, a bounded number of times."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.example import TIMES, UNTOLD, Example, View, play
from kernel_model.invariants import broken
from kernel_model.kernel import Kernel
from kernel_model.scenario import Problem
from kernel_model.targets import Lost, Outcome, Target, Unsupported
from kernel_model.targets.model import ModelTarget

# How tables (before a call, after it on the reference, and on another kernel) differ, in words
Look = Callable[[View, View, View], str | None]
LOST = 50  # runs that one counts for in which the kernel was lost, since that may take a second
NEVER = math.inf


@dataclass(slots=True)
class Run:
    """What came of each call of an example on one kernel, by process, and the tables after it."""

    came: list[dict[str, Outcome]] = field(default_factory=list)
    views: list[View] = field(default_factory=list)  # of a run that is kept: the first is before


@dataclass(slots=True)
class Parting:
    """Where two runs part."""

    step: int
    proc: str
    call: str  # which of its calls came out differently
    asleep: bool  # that call was asleep before this step
    expected: Outcome
    got: Outcome
    strict: bool  # times count
    look: Look | None = None  # by which the tables were compared
    pids: dict[str, int] = field(default_factory=dict)
    runs: tuple[Run, Run] = field(default_factory=lambda: (Run(), Run()))  # both, if they are kept

    def manner(self) -> tuple[str, bool, str, str]:
        """What must stay the same while the run gets smaller."""
        return self.call, self.asleep, kind(self.expected), kind(self.got)


class Search:
    """Plays examples on both kernels, a bounded number of times.

    `strict`: times must agree; `look` says how the tables do not agree, if they must. A run of
    more than `long` seconds, after another, counts like one in which the kernel was lost: by
    itself it may be the doing of the machine, which has other work as well.
    """

    def __init__(
        self,
        student: Callable[[], Target],
        runs: int,
        strict: bool = False,
        keep: bool = False,
        look: Look | None = None,
        long: float = NEVER,
    ) -> None:
        self.long, self.was_long = long, False
        self.student = student
        self.left = runs
        self.strict = strict
        self.look = look
        self.paged = look is not None  # the reference has memory from the first call on
        self.keep = keep  # what comes of every call, and all tables

    def part(self, example: Example) -> Parting | None:
        """Where the two kernels part; None if they do not, or the calls make no sense."""
        if self.left <= 0:
            return None
        self.left -= 1
        start = time.monotonic()
        try:
            return self._part(example)
        finally:
            is_long = time.monotonic() - start > self.long
            self.left -= LOST * (is_long and self.was_long)
            self.was_long = is_long

    def _part(self, example: Example) -> Parting | None:
        reference = ModelTarget("classic", with_memory if self.paged else None)
        try:
            model, own = Run(), Run()
            looked = self.keep or self.look is not None
            model.came = list(play(example, reference, model.views if looked else None))
            student = self.student()
            for step, came in enumerate(play(example, student, own.views if looked else None)):
                own.came.append(came)
                view = own.views[-1] if looked else student.view()
                if self.paged and not model.views[step + 1].keys() <= view.keys():
                    self.paged = False  # nor has the submission's kernel
                    return self._part(example)
                parting = self._parting(example, step, model, own, view)
                if parting is None and self.look is not None:
                    parting = self._tables_part(example, step, model, view)
                if parting is not None:
                    parting.pids = dict(reference.kernel.pids)
                    parting.runs = (model, own) if self.keep else parting.runs
                    return parting
        except Lost:
            self.left -= LOST
            return None
        except (Problem, Unsupported, ValueError, LookupError):
            return None
        return None

    def _parting(
        self,
        example: Example,
        step: int,
        model: Run,
        own: Run,
        view: dict[str, Any],
    ) -> Parting | None:
        """The first process to which something else happened in a step; or a table that broke."""
        call, expected, got = example.calls[step], model.came[step], own.came[step]
        for proc in [*expected, *(got.keys() - expected.keys())]:
            one, other = (
                side.get(proc) or still(run, step, proc)
                for side, run in ((expected, model), (got, own))
            )
            if not same(one, other, self.strict):
                last = [made for made in example.calls[: step + 1] if made.proc == proc][-1]
                return Parting(step, proc, last.call, last is not call, one, other, self.strict)
        damage = broken(view)
        if not damage:
            return None
        one, other = expected[call.proc], {"broken": damage[0]}
        return Parting(step, call.proc, call.call, False, one, other, self.strict)

    def _tables_part(self, example: Example, step: int, model: Run, view: View) -> Parting | None:
        """What a call gives is the same, and a field of the tables is not as it must be."""
        assert self.look is not None, "somebody looks at the tables"
        said = self.look(model.views[step], model.views[step + 1], view)
        if said is None:
            return None
        call = example.calls[step]
        came, got = model.came[step][call.proc], {"tables": said}
        return Parting(step, call.proc, call.call, False, came, got, self.strict, self.look)

    def same_manner(self, example: Example, parting: Parting) -> Parting | None:
        """Where the kernels part in this example, if it is in the same manner; None otherwise."""
        found = self.part(example)
        return found if found is not None and found.manner() == parting.manner() else None


def still(run: Run, step: int, proc: str) -> Outcome:
    """What came of a call that has not come back: it went to sleep, or was stopped."""
    came = [one[proc] for one in run.came[:step] if proc in one]
    return came[-1] if came and came[-1].get("blocks") else {"blocks": True}


def with_memory(kernel: Kernel) -> None:
    """Memory is there from the first call on, as where a function that works on it is installed."""
    kernel.paged = True


def kind(outcome: Outcome) -> str:
    """ret, blocks, ends, raised, broken (a table is), tables, or the name of the error."""
    return str(outcome.get("errno") or next(iter(outcome)))


def same(one: Outcome, other: Outcome, strict: bool) -> bool:
    """Do two kernels agree? Words do not count, and times only if this is strict."""
    if one.get("blocks") or other.get("blocks"):
        return bool(one.get("blocks")) == bool(other.get("blocks"))
    names = (one.keys() | other.keys()) - set(UNTOLD)
    return all(alike(name, one.get(name), other.get(name), strict) for name in names)


def alike(name: str, one: Any, other: Any, strict: bool) -> bool:
    """Are these two the same output, or field?"""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(
            alike(key, one.get(key), other.get(key), strict) for key in one.keys() | other.keys()
        )
    return repr(one) == repr(other) or (not strict and name in TIMES and bool(one) == bool(other))
