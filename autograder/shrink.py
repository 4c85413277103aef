"""Shrinking a failure: the smallest run of calls in which two kernels still part the same way.

The scenario that failed gives only its calls. Calls are left out one by one, then made simpler,
as long as the reference and the submission part at the same call in the same manner. Bounded by
a number of runs, so that the same submission gets the same example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograder.sandbox import ChildFailed
from kernel_model.scenario import CallStep, Names, Problem, Scenario
from kernel_model.scenario.arguments import arguments
from kernel_model.targets import Outcome, Setup, Target, Unsupported
from kernel_model.targets.model import ModelTarget

RUNS = 150  # of the submission, at most
TIMES = {"stime", "rtime", "ctime", "otime", "atime", "dtime"}


@dataclass(slots=True)
class Parting:
    """Where two runs part."""

    step: int
    proc: str
    call: str
    expected: Outcome
    got: Outcome

    def manner(self) -> tuple[str, str, str]:
        """What must stay the same while the run gets smaller."""
        return self.call, kind(self.expected), kind(self.got)


def counterexample(
    scenario: Scenario,
    student: Callable[[], Target],
    runs: int = RUNS,
    fresh: Callable[[], Target] | None = None,
) -> dict[str, Any] | None:
    """The smallest example found, in plain JSON; None if calls alone do not show the failure.

    `fresh` is the student's kernel with no run before this one. What is told comes from there: an
    error's text is the student's, who could write into it every call that was seen so far.

    calls     the calls, one line each
    expected  the outcome on the reference, got that on the submission
    sentence  both in words
    scenario  the example as a scenario that the reference passes
    """
    search = Search(scenario, student, runs)
    calls = [step for step in scenario.steps if isinstance(step, CallStep)]
    calls = [plain_call(step) for step in calls if step.scope != "linux_only"]
    parting = search.part(calls)
    if parting is None:
        return None
    calls = calls[: parting.step + 1]
    smaller = True
    while smaller:
        smaller = False
        for candidate in simpler(calls):
            found = search.part(candidate)
            if found is not None and found.manner() == parting.manner():
                calls, parting, smaller = candidate[: found.step + 1], found, True
                break
    if fresh is not None:
        found = Search(scenario, fresh, 1).part(calls)
        if found is None or found.manner() != parting.manner():
            return None
        calls, parting = calls[: found.step + 1], found
    return told(scenario, calls, parting)


class Search:
    """Plays runs of calls on both kernels, a bounded number of times."""

    def __init__(self, scenario: Scenario, student: Callable[[], Target], runs: int) -> None:
        self.setup = Setup(dict(scenario.uids), dict(scenario.gids), dict(scenario.limits))
        self.student = student
        self.left = runs

    def part(self, calls: list[CallStep]) -> Parting | None:
        """Where the two kernels part; None if they do not, or the calls make no sense."""
        if self.left <= 0:
            return None
        self.left -= 1
        try:
            wanted = list(play(calls, self.setup, ModelTarget("classic")))
            came = play(calls, self.setup, self.student())
            for step, expected in enumerate(wanted):
                got = next(came)
                for proc in expected:
                    if same(expected[proc]) != same(got.get(proc)):
                        call = calls[step].call if proc == calls[step].proc else "sleeping call"
                        other = got.get(proc) or {"blocks": True}
                        return Parting(step, proc, call, expected[proc], other)
                for proc in got.keys() - expected.keys():
                    return Parting(step, proc, "sleeping call", {"blocks": True}, got[proc])
        except (Problem, Unsupported, ValueError, LookupError, ChildFailed):
            return None
        return None


def play(calls: list[CallStep], setup: Setup, target: Target) -> Iterator[dict[str, Outcome]]:
    """Makes the calls; after each one, the outcomes that came of it by process.

    Raises LookupError when a process cannot make its call.
    """
    target.start(setup)
    names = Names(target.resolve, setup.limits | target.constants())
    asleep: set[str] = set()
    for step in calls:
        if step.proc in asleep or target.ended(step.proc) is not None:
            raise LookupError(f"{step.proc} cannot call {step.call}")
        outcome = target.call(step.proc, step.call, arguments(step.args, step.call, names))
        if step.save is not None and type(outcome.get("ret")) is int:
            names.saved[step.save] = outcome["ret"]
        came = {step.proc: outcome}
        if outcome.get("blocks"):
            asleep.add(step.proc)
        for proc in sorted(asleep - {step.proc}):
            back = target.finished(proc)
            if back is not None:
                came[proc] = back
                asleep.discard(proc)
        yield came


def simpler(calls: list[CallStep]) -> Iterator[list[CallStep]]:
    """Runs that are smaller: a call left out, a text cut, a number made small."""
    for index in reversed(range(len(calls))):
        yield calls[:index] + calls[index + 1 :]
    for index, step in enumerate(calls):
        for place, value in enumerate(step.args):
            for other in simpler_value(step.call, value):
                args = [*step.args[:place], other, *step.args[place + 1 :]]
                yield [*calls[:index], replace(step, args=args), *calls[index + 1 :]]


def simpler_value(call: str, value: Any) -> Iterator[Any]:
    """Values that say the same with less."""
    if isinstance(value, dict) and "rep" in value and isinstance(value.get("n"), int):
        if value["n"] > 1:
            yield {"rep": "a", "n": value["n"] // 2}
    elif call == "msgsnd" and isinstance(value, str) and not value.startswith("$"):
        letters = "abcdefghijklmnopqrstuvwxyz" * (len(value) // 26 + 1)
        if value not in (letters[: len(value)], ""):
            yield letters[: len(value)]
        if len(value) > 1:
            yield letters[: len(value) // 2]
    elif type(value) is int and value > 9:
        yield value // 2


def plain_call(step: CallStep) -> CallStep:
    """The stimulus of a step, made once, without what is expected of it."""
    return CallStep(step.proc, step.call, list(step.args), save=step.save)


def kind(outcome: Outcome) -> str:
    """ret, blocks, ends, raised, or the name of the error."""
    return str(outcome.get("errno") or next(iter(outcome)))


def same(outcome: Outcome | None) -> Any:
    """What two kernels must agree on; not the words, nor the time of day."""
    if outcome is None or outcome.get("blocks"):
        return "blocks"
    kept = {key: value for key, value in outcome.items() if key not in ("why", "on", "line")}
    if isinstance(kept.get("fields"), dict):
        kept["fields"] = {
            name: bool(value) if name in TIMES else value for name, value in kept["fields"].items()
        }
    return repr(sorted(kept.items()))


def told(scenario: Scenario, calls: list[CallStep], parting: Parting) -> dict[str, Any]:
    """The example for people and for `kernel_model.scenario`."""
    lines = [
        f"{step.proc}: {f'{step.save} = ' if step.save else ''}{step.call}"
        f"({', '.join(shown(arg) for arg in step.args)})"
        for step in calls
    ]
    expected, got = words(parting.expected), words(parting.got)
    which = "" if parting.proc == calls[-1].proc else f", {parting.proc}'s {parting.call}"
    if which:
        expected, got = (text.replace("it to sleep", "it to sleep on") for text in (expected, got))
    return {
        "calls": lines,
        "step": parting.step,
        "proc": parting.proc,
        "expected": parting.expected,
        "got": parting.got,
        "sentence": f"After the last call{which}: expected {expected}, got {got}.",
        "scenario": {
            "id": "counterexample",
            "topic": scenario.topic,
            "uids": dict(scenario.uids),
            "gids": dict(scenario.gids),
            "limits": dict(scenario.limits),
            "steps": [
                {"proc": step.proc, "call": step.call, "args": step.args}
                | ({"save": step.save} if step.save else {})
                for step in calls
            ],
        },
    }


def shown(value: Any) -> str:
    """An argument as a person writes it."""
    if isinstance(value, list):
        return " | ".join(map(str, value)) or "0"
    if isinstance(value, dict) and "key" in value:
        return f"key {value['key']}"
    if isinstance(value, dict) and "pid" in value:
        return f"pid of {value['pid']}"
    if isinstance(value, str) and value.startswith("$"):
        return value[1:]
    return repr(value) if value is not None else "bad address"


def words(outcome: Outcome) -> str:
    """An outcome in a few words."""
    if "errno" in outcome:
        return str(outcome["errno"])
    if outcome.get("blocks"):
        return "it to sleep"
    if "raised" in outcome:
        return f"an exception ({outcome['raised']})"
    if "ret" in outcome:
        more = {key: outcome[key] for key in outcome if key not in ("ret",)}
        return f"{outcome['ret']!r}" + "".join(f", {key} {value!r}" for key, value in more.items())
    return repr(outcome)
