"""An example: calls with their users and limits, as a page has them, and its player."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kernel_model.scenario import CallStep, Names, Scenario
from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.calls import PAIRS
from kernel_model.scenario.steps import WakesStep
from kernel_model.scenario.values import number
from kernel_model.targets import Outcome, Setup, Target

TIMES = {"stime", "rtime", "ctime", "otime", "atime", "dtime"}
View = dict[str, Any]  # every table as plain JSON
UNTOLD = ("why", "on", "line")  # of an outcome: words
HALVES = {half for halves in PAIRS.values() for half in halves}
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
    """An outcome of the reference as what a scenario expects; times as zero or not.

    The halves of a pair are no part of it: a scenario saves them.
    """
    told = {name: value for name, value in outcome.items() if name not in (*UNTOLD, *HALVES)}
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
