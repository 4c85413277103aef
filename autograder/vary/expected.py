"""From calls to a scenario: what the reference does becomes what is expected.

Of an outcome everything is expected; of the tables, after each call, the fields that some case of
the exercise names, since those are what its text fixes. What proves to be free all the same is
found by running right answers (`right.py`), and a scenario that expects it is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from autograder.example import Example, play
from autograder.loops import EndlessLoop
from autograder.named import Fields, restricted
from autograder.sandbox import ChildFailed
from autograder.vary.trial import alarm
from kernel_model.scenario import CallStep, Problem, Scenario, ScenarioError
from kernel_model.scenario.calls import PAIRS
from kernel_model.scenario.steps import Json, StateStep, Step, WakesStep, step_to_json
from kernel_model.targets import Outcome, Unsupported
from kernel_model.targets.model import KEYS, ModelTarget

PIDS = {"pid", "ppid", "lspid", "lrpid", "cpid", "lpid", "sempid"}
TIMES = {"stime", "rtime", "ctime", "otime", "atime", "dtime"}
WORDS = {"why", "on", "file", "line", "clause"}  # of an outcome
MOST_STEPS = 30


def scenario(example: Example, fields: Fields, name: str) -> Scenario | None:
    """The scenario that expects what the reference does; None if the calls make no sense."""
    target = ModelTarget("classic")
    steps: list[Step] = []
    asleep: list[str] = []
    said: dict[str, int] = {}  # saved values
    try:
        for call, came in zip(example.calls, bounded(play(example, target)), strict=False):
            if any("raised" in outcome or "unsupported" in outcome for outcome in came.values()):
                return None
            names = Said(said, dict(target.kernel.pids))
            own = came.pop(call.proc)
            expect = expected(own, call, names)
            view = names.of(restricted(target.view(), fields)) if fields else {}
            expect |= {"view": view} if view else {}
            repeat = call.repeat if "ret" in own else None  # what fails or sleeps does so once
            steps.append(replace(call, expect=expect, repeat=repeat))
            if call.save and call.call not in PAIRS and type(own.get("ret")) is int:
                said[call.save] = own["ret"]
            asleep += [call.proc] if "blocks" in own else []
            for proc, outcome in came.items():
                steps.append(WakesStep(proc, expected(outcome, None, names)))
                asleep.remove(proc)
    except (Problem, Unsupported, ValueError, LookupError, ChildFailed, AssertionError):
        return None
    except EndlessLoop:  # two that sleep may wake each other for ever, in the reference too
        return None
    steps += [StateStep("asleep", proc) for proc in asleep]
    return checked(name, example, steps)


def bounded(played: Iterator[dict[str, Outcome]]) -> Iterator[dict[str, Outcome]]:
    """What comes of the calls; raises EndlessLoop when one of them works on without end."""
    while True:
        with alarm():
            came = next(played, None)
        if came is None:
            return
        yield came


def checked(name: str, example: Example, steps: list[Step]) -> Scenario | None:
    """The scenario, if the format has it and it is not too long."""
    given = {
        "id": name,
        "topic": "found",
        "uids": example.uids,
        **({"gids": example.gids} if example.gids else {}),
        **({"limits": example.limits} if example.limits else {}),
        "steps": [step_to_json(step) for step in steps],
    }
    try:
        return Scenario.from_json(given) if 0 < len(steps) <= MOST_STEPS else None
    except ScenarioError:
        return None


class Said:
    """How a scenario says what it knows only when it runs: saved values, processes, keys."""

    def __init__(self, saved: dict[str, int], pids: dict[str, int]) -> None:
        self.saved = {value: name for name, value in saved.items()}
        self.pids = {pid: name for name, pid in pids.items()}

    def of(self, value: Any, field: str = "") -> Any:
        """The value in a scenario's words; `field` is what it stands in."""
        if isinstance(value, dict):
            return {key: self.of(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, field) for inner in value]
        if field in PIDS and value in self.pids:
            return {"pid": self.pids[value]}
        if field == "key" and type(value) is int and 0 < value - KEYS < 1000:
            return {"key": value - KEYS}
        if field == "mode" and type(value) is int:
            return f"0o{value:o}"
        return value


def expected(outcome: Outcome, call: CallStep | None, names: Said) -> Json:
    """What is expected of a call that came out so."""
    if "errno" in outcome:
        return {"errno": outcome["errno"]}
    if "blocks" in outcome:
        return {"blocks": True}
    if "ends" in outcome or "execs" in outcome:
        return {key: outcome[key] for key in ("ends", "execs") if key in outcome}
    halves = PAIRS.get(call.call, ()) if call is not None else ()  # a scenario saves them
    free = WORDS.union(halves)
    told = {key: names.of(value, key) for key, value in outcome.items() if key not in free}
    ret = outcome.get("ret")
    if type(ret) is int and ret in names.saved and call is not None and call.call.endswith("get"):
        told["ret"] = f"${names.saved[ret]}"
    elif call is not None and (call.save or call.call.endswith("get")):
        told["ret"] = "nonneg"
    elif type(ret) is int and ret in names.pids:
        told["ret"] = {"pid": names.pids[ret]}
    if isinstance(told.get("fields"), dict):
        told["fields"] = {
            key: ("nonzero" if value else 0) if key in TIMES else value
            for key, value in told["fields"].items()
        }
    return told
