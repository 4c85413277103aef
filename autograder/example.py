"""An example: calls with their users and limits, played on two kernels to see where they part."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kernel_model.invariants import broken
from kernel_model.kernel import Kernel
from kernel_model.scenario import CallStep, Names, Problem, Scenario
from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.calls import PAIRS
from kernel_model.scenario.steps import WakesStep
from kernel_model.scenario.values import number
from kernel_model.targets import Lost, Outcome, Setup, Target, Unsupported
from kernel_model.targets.model import ModelTarget

TIMES = {"stime", "rtime", "ctime", "otime", "atime", "dtime"}
View = dict[str, Any]  # every table as plain JSON
# How tables (before a call, after it on the reference, and on another kernel) differ, in words
Look = Callable[[View, View, View], str | None]
UNTOLD = ("why", "on", "line")  # of an outcome: words
LOST = 50  # runs that one counts for in which the kernel was lost, since that may take a second
NEVER = math.inf
MOST_TIMES = 500  # that a call is repeated


@dataclass(slots=True)
class Example:
    """A run of calls; two that are equal are the same run."""

    calls: list[CallStep]
    uids: dict[str, int]
    gids: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario) -> Example:
        """The stimuli of a scenario, without what is expected of them."""
        calls: list[CallStep] = []
        for step in scenario.steps:
            if isinstance(step, WakesStep):
                calls = saving(calls, step)
            elif isinstance(step, CallStep) and step.scope != "linux_only":
                args, repeat = list(step.args), times(step)
                calls.append(CallStep(step.proc, step.call, args, save=step.save, repeat=repeat))
        return cls(calls, dict(scenario.uids), dict(scenario.gids), dict(scenario.limits))

    def until(self, step: int) -> Example:
        """The same without the calls after this one."""
        return replace(self, calls=self.calls[: step + 1])

    def setup(self) -> Setup:
        """What a target starts with."""
        return Setup(dict(self.uids), dict(self.gids), dict(self.limits))

    def to_json(self, topic: str, came: list[dict[str, Outcome]]) -> dict[str, Any]:
        """The example as a scenario that the reference passes; `came` is what came of its calls."""
        steps: list[dict[str, Any]] = []
        saves: dict[str, dict[str, str]] = {}  # by process: of its last call
        for step, outcomes in zip(self.calls, came, strict=False):
            made: dict[str, Any] = {"proc": step.proc, "call": step.call, "args": step.args}
            saves[step.proc] = {"save": step.save} if step.save else {}
            made |= saves[step.proc]
            made |= {"repeat": step.repeat} if step.repeat is not None else {}
            for proc, outcome in outcomes.items():
                said: dict[str, Any] = {"expect": expected(outcome)}
                if step.repeat is not None and proc == step.proc:  # all but the last one returned
                    said = {"expect": {"any_of": [{"ret": "any"}, said["expect"]]}}
                woken = {"wakes": proc} | saves.get(proc, {})
                steps.append((made if proc == step.proc else woken) | said)
        users = {"uids": self.uids, "gids": self.gids, "limits": self.limits}
        return {"id": "counterexample", "topic": topic, **users, "steps": steps}


def saving(calls: list[CallStep], woken: WakesStep) -> list[CallStep]:
    """The calls; the last one of who was woken saves what is saved when it comes back."""
    places = [place for place, step in enumerate(calls) if step.proc == woken.wakes]
    if woken.save is None or not places:
        return calls
    last = places[-1]
    return [*calls[:last], replace(calls[last], save=woken.save), *calls[last + 1 :]]


def times(step: CallStep) -> int | str | dict[str, Any] | None:
    """How often a call is made, or tried: `until` it does not return is so often at most."""
    if step.until is None:
        return step.repeat
    return step.max + 1 if type(step.max) is int else MOST_TIMES


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


def play(
    example: Example, target: Target, views: list[View] | None = None
) -> Iterator[dict[str, Outcome]]:
    """Makes the calls; after each one, the outcomes that came of it by process.

    A call that is repeated counts by its last outcome, and is made until it does not return.
    `views` gets the tables before the first call and after each.

    Raises LookupError when a process cannot make its call.
    """
    target.start(example.setup())
    if views is not None:
        views.append(target.view())
    names = Names(target.resolve, example.limits | target.constants())
    asleep: dict[str, CallStep] = {}
    for step in example.calls:
        if step.proc in asleep or target.ended(step.proc) is not None:
            raise LookupError(f"{step.proc} cannot call {step.call}")
        for _ in range(min(number(step.repeat, names), MOST_TIMES) if step.repeat else 1):
            outcome = target.call(step.proc, step.call, arguments(step.args, step.call, names))
            if "ret" not in outcome:
                break
            keep(step, outcome, names)
        came = {step.proc: judged(step, outcome)}
        if outcome.get("blocks"):
            asleep[step.proc] = step
        for proc in sorted(asleep.keys() - {step.proc}):
            back = target.finished(proc)
            if back is not None:
                came[proc] = back
                keep(asleep.pop(proc), back, names)
        if views is not None:
            views.append(target.view())
        yield came


def keep(step: CallStep, outcome: Outcome, names: Names) -> None:
    """Saves what a call returned, if it did: at once, or after a sleep."""
    if step.save is not None and type(outcome.get("ret")) is int:
        pair = {half: outcome.get(half, -1) for half in PAIRS.get(step.call, ())}
        names.saved[step.save] = pair or outcome["ret"]


def expected(outcome: Outcome) -> Outcome:
    """An outcome of the reference as what a scenario expects; times as zero or not."""
    told = {name: value for name, value in outcome.items() if name not in UNTOLD}
    if isinstance(told.get("fields"), dict):
        told["fields"] = {
            name: ("nonzero" if value else "zero") if name in TIMES else value
            for name, value in told["fields"].items()
        }
    return told


def judged(step: CallStep, outcome: Outcome) -> Outcome:
    """The outcome without what a right kernel may choose: the address of a segment."""
    picked = step.call == "shmat" and not step.args[1] and type(outcome.get("ret")) is int
    return outcome | {"ret": "any"} if picked else outcome


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
