"""Scenarios as students write them: calls in short form, and what they claim to come of them.

    ["q = A.msgget(1, IPC_CREAT | 0o600)",
     "B.msgrcv(q, 100, 0)     -> sleeps",
     "A.msgsnd(q, 1, 'hello') -> 0",
     "B -> 'hello'"]

A claim is a number, the name of an error, `sleeps`, or a text that was received; a line without a
call says what has become of a call that slept. Users and limits go beside the calls:

    {"calls": [...], "uids": {"B": 1000}, "limits": {"MSGMNB": 8}}
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from autograder.example import Example, play
from autograder.parting import same
from kernel_model.scenario import Problem
from kernel_model.scenario.errors import ScenarioError, show
from kernel_model.targets import Outcome, Target, Unsupported
from kernel_model.targets.model import ModelTarget
from kernel_model.view.player.short import scenario

MOST_SCENARIOS, MOST_CALLS, LONGEST = 20, 30, 160  # characters of a line
MOST_BYTES = 20_000  # of a text that is written as {"rep": "a", "n": 20000}
SAID = r"""-?\d+|E[A-Z0-9]{2,}|sleeps|'[^']*'|"[^"]*\""""
CLAIM = re.compile(rf"(?P<call>.*)->\s*(?P<said>{SAID})\s*")
BACK = re.compile(r"\s*[A-Za-z_]\w*\s*")
ARROW = re.compile(r"->[^'\")]*$")
KEYS = {"calls", "uids", "limits"}
FORMS = "a number, the name of an error, sleeps, or a text in quotes"
Came = list[dict[str, Outcome]]


class Unfit(ValueError):
    """This is no scenario that could be judged; says what is wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said to come of a call."""

    step: int  # after which call
    proc: str
    said: str
    line: str  # as it was written

    def holds(self, outcome: Outcome | None) -> bool:
        """Is this what came? None: its call sleeps on."""
        if self.said == "sleeps":
            return outcome is None or bool(outcome.get("blocks"))
        if outcome is None:
            return False
        if self.said.startswith("E"):
            return bool(outcome.get("errno") == self.said)
        if self.said[0] in "'\"":
            return bool(outcome.get("data") == ast.literal_eval(self.said))
        return type(outcome.get("ret")) is int and outcome["ret"] == int(self.said)


@dataclass(frozen=True, slots=True)
class Own:
    """A student's scenario: its number, from 1, its calls and its claims."""

    number: int
    example: Example
    claims: tuple[Claim, ...]
    lines: tuple[str, ...]  # of each call

    def expected(self) -> Came:
        """What the right kernel makes of it; raises Unfit if it cannot run, or a claim is wrong."""
        came: Came = []
        try:
            for outcomes in play(self.example, ModelTarget("classic")):
                came.append(outcomes)
        except LookupError as error:
            raise Unfit(f"{self.where(len(came))}: {said(error)}: it sleeps, or is gone") from None
        except (Problem, Unsupported, ValueError) as error:
            raise Unfit(f"{self.where(len(came))}: {said(error)}") from None
        for step, outcomes in enumerate(came):
            unknown = [str(o["unsupported"]) for o in outcomes.values() if "unsupported" in o]
            if unknown:
                raise Unfit(f"{self.where(step)}: {unknown[0]}")
        for claim in self.claims:
            found = came[claim.step].get(claim.proc)
            if not claim.holds(found):
                raise Unfit(f"{claim.line!r} is not so: on the right kernel {what(found)}")
        return came

    def where(self, step: int) -> str:
        """A call by its number and text."""
        return f"call {step + 1}, {self.lines[min(step, len(self.lines) - 1)]!r}"

    def tells_apart(self, came: Came, target: Target) -> bool:
        """Does something else come of a call on this kernel?

        Only what a process can see counts: what calls return, and who sleeps and wakes.
        """
        for one, other in zip(came, play(self.example, target), strict=False):
            for proc in {*one, *other}:
                asleep = {"blocks": True}
                if not same(one.get(proc, asleep), other.get(proc, asleep), strict=True):
                    return True
        return False


def read(given: Any) -> tuple[list[Own], dict[int, str]]:
    """The scenarios that can be read, and for the others what is wrong, by their numbers.

    Raises Unfit when it is no list of scenarios at all, or too many.
    """
    if not isinstance(given, list):
        raise Unfit(f"give a list of scenarios, each a list of calls; this is {show(given)}")
    if given and all(isinstance(one, str) for one in given):
        raise Unfit("this is one scenario; give a list of scenarios: [[call, call], [call]]")
    if len(given) > MOST_SCENARIOS:
        raise Unfit(f"there are {len(given)} scenarios, and {MOST_SCENARIOS} at most are run")
    found, wrong = [], {}
    for number, one in enumerate(given, 1):
        try:
            found.append(own(number, one))
        except (Unfit, ValueError, TypeError, RecursionError) as error:
            wrong[number] = said(error)
    return found, wrong


def own(number: int, given: Any) -> Own:
    """One scenario; raises Unfit or ValueError, in words."""
    parts = given if isinstance(given, dict) else {"calls": given}
    calls = parts.get("calls")
    if not isinstance(calls, list) or not all(isinstance(line, str) for line in calls):
        raise Unfit(f"a scenario is a list of calls, or a dict with calls; this is {show(given)}")
    if parts.keys() - KEYS:
        raise Unfit(f"beside calls there may be uids and limits, but not {parts.keys() - KEYS}")
    if len(calls) > MOST_CALLS:
        raise Unfit(f"it has {len(calls)} lines, and {MOST_CALLS} at most are run")
    lines: list[str] = []
    claims: list[Claim] = []
    for line in calls:
        if len(line) > LONGEST:
            raise Unfit(f"a line has {len(line)} characters, and {LONGEST} are enough")
        call, claim = split(line)
        if claim is not None and BACK.fullmatch(call):
            if not lines:
                raise Unfit(f"{line!r} comes before any call")
            claims.append(Claim(len(lines) - 1, call.strip(), claim, line))
            continue
        if claim is not None:
            claims.append(Claim(len(lines), caller(call), claim, line))
        lines.append(call.strip())
    if not lines:
        raise Unfit("it makes no call")
    try:
        made = Example.of(scenario(lines, parts.get("uids"), parts.get("limits")))
    except ScenarioError as error:
        at = error.step
        place = f"call {at + 1}, {lines[at]!r}: " if at is not None else ""
        raise Unfit(f"{place}{said(error)}") from None
    for step in made.calls:
        if any(large(arg) for arg in step.args):
            raise Unfit(f"a text has more than {MOST_BYTES} bytes; fewer are enough")
    return Own(number, made, tuple(claims), tuple(lines))


def split(line: str) -> tuple[str, str | None]:
    """The call of a line, and what is claimed of it."""
    match = CLAIM.fullmatch(line)
    if match is not None:
        return match["call"], match["said"]
    if ARROW.search(line):
        raise Unfit(f"after the arrow in {line!r} stands {FORMS}")
    return line, None


def caller(call: str) -> str:
    """The process that makes a call, as far as it can be read."""
    return call.partition("=")[2].partition(".")[0].strip() if is_saved(call) else (
        call.partition(".")[0].strip()
    )  # fmt: skip


def is_saved(call: str) -> bool:
    """Is what the call gives kept under a name?"""
    return re.match(r"\s*\w+\s*=[^=]", call) is not None


def large(arg: Any) -> bool:
    """Is an argument a text of more bytes than anybody needs?"""
    if not isinstance(arg, dict) or "rep" not in arg:
        return False
    return type(arg.get("n")) is not int or arg["n"] * len(str(arg["rep"])) > MOST_BYTES


def what(outcome: Outcome | None) -> str:
    """An outcome in a clause."""
    match outcome:
        case None:
            return "its call sleeps on, or it made none"
        case {"blocks": _}:
            return "it sleeps"
        case {"errno": name}:
            return f"it fails with {name}"
        case {"ret": value, "data": data}:
            return f"it returns {value!r}, text {data[:40]!r}"
        case {"ret": value}:
            return f"it returns {value!r}"
    return "the process ends"


def said(error: BaseException) -> str:
    """What an error says, in one line."""
    words = error.message if isinstance(error, ScenarioError) else error.args[0]
    return " ".join(str(words).split())[:300]
