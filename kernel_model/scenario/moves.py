"""What each kind of step does with a target, and how it is judged."""

from dataclasses import dataclass, field
from typing import Any

from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.calls import PAIRS, WITHOUT_EXPECT, Kind
from kernel_model.scenario.check import split_view
from kernel_model.scenario.errors import Problem
from kernel_model.scenario.expect import (
    accepts,
    alternatives,
    difference,
    expectation,
    outcome_words,
    status_words,
)
from kernel_model.scenario.patterns import fits, pattern, words
from kernel_model.scenario.steps import (
    CallStep,
    EndsStep,
    Json,
    StateStep,
    Step,
    WakesCountStep,
    WakesStep,
)
from kernel_model.scenario.values import Names, number, part
from kernel_model.scenario.view import view_difference
from kernel_model.targets import Outcome, Target

RETURNS: Json = {"ret": "any"}
MOST = 100_000  # times a call is made by `until` without `max`


class Stopped(Exception):
    """The run ends here with this verdict."""

    def __init__(self, verdict: str, message: str, expected: Any = None, got: Any = None):
        super().__init__(verdict, message)
        self.verdict = verdict
        self.message = message
        self.expected = expected
        self.got = got


@dataclass(slots=True)
class Run:
    """A scenario under way."""

    target: Target
    names: Names
    views: bool
    sleeping: dict[str, str] = field(default_factory=dict)  # process: the call it sleeps in
    gone: dict[str, str] = field(default_factory=dict)  # process: why it can call no more

    def take(self, step: Step, entry: Json) -> None:
        """Does the step, writes it into the record's `entry`; raises Stopped if it does not fit."""
        try:
            match step:
                case CallStep():
                    self.call(step, entry)
                case WakesStep():
                    self.wakes(step, entry)
                case WakesCountStep():
                    self.wakes_count(step, entry)
                case EndsStep():
                    self.ends(step, entry)
                case StateStep():
                    self.state(step, entry)
        except Problem as problem:
            raise Stopped("error", f"the scenario is at fault: {problem}") from None
        finally:
            entry["view"] = self.target.view() if self.views else {}

    def call(self, step: CallStep, entry: Json) -> None:
        """The call is made once, `repeat` times, or `until` it does otherwise than return."""
        entry |= {"proc": step.proc, "call": step.call}
        if step.until is not None:
            self.until(step, entry)
            return
        times = 1 if step.repeat is None else part({"repeat": step.repeat}, "repeat", self.times)
        who = f"{step.proc}'s {step.call}"
        for turn in range(times):
            outcome = self.make(step, entry, turn)
            self.judge(
                step.expect or WITHOUT_EXPECT.get(step.call, RETURNS),
                outcome,
                who if step.repeat is None else f"{who} ({turn + 1} of {times})",
            )
            self.save(step.save, step.call, outcome)

    def until(self, step: CallStep, entry: Json) -> None:
        """Made again as long as it returns; then the outcome, and how often, are judged."""
        least, most = (
            None if value is None else part({key: value}, key, self.times)
            for key, value in (("min", step.min), ("max", step.max))
        )
        who, count = f"{step.proc}'s {step.call}", 0
        while "ret" in (outcome := self.make(step, entry, count)):
            if step.expect is not None:
                self.judge(step.expect, outcome, f"{who} (number {count + 1})")
            self.save(step.save, step.call, outcome)
            count += 1
            if count > (MOST if most is None else most):
                raise Stopped(
                    "fail",
                    f"expected {who} to return {_times(count - 1)} at most, "
                    f"but it returned {_times(count)}",
                    step.until,
                    outcome,
                )
        self.judge(step.until, outcome, f"{who}, which returned {_times(count)} before,")
        if least is not None and count < least:
            raise Stopped(
                "fail",
                f"expected {who} to return {_times(least)} at least, "
                f"but it returned {_times(count)}",
                step.until,
                outcome,
            )
        if step.save_count is not None:
            self.names.saved[step.save_count] = count

    def make(self, step: CallStep, entry: Json, turn: int) -> Outcome:
        """One call, if the process can make one; its outcome is written down."""
        self.may_call(step, entry)
        if turn == 0 or step.save is not None:  # what the last turn saved may be an argument
            entry["args"] = part({"args": step.args}, "args", arguments, step.call, self.names)
        outcome = self.target.call(step.proc, step.call, entry["args"])
        entry["outcome"] = outcome
        if step.repeat is not None or step.until is not None:
            outcomes = entry.setdefault("outcomes", [])
            if outcomes and outcomes[-1][1] == outcome:
                outcomes[-1][0] += 1
            else:
                outcomes.append([1, outcome])
        self.note(step.proc, step.call, outcome)
        return outcome

    def may_call(self, step: CallStep, entry: Json) -> None:
        """A process can call unless it is gone or its last call is still asleep."""
        proc, why = step.proc, self.gone.get(step.proc)
        if proc in self.sleeping:
            outcome = self.target.finished(proc)
            if outcome is None:
                why = f"its {self.sleeping[proc]} is still asleep"
            else:
                entry.setdefault("woken", {})[proc] = outcome
                self.note(proc, self.sleeping[proc], outcome)
                why = self.gone.get(proc)
        if why is not None:
            raise Stopped(
                "error",
                f"the scenario is at fault: {proc} cannot call {step.call}, because {why}",
                step.expect,
            )

    def note(self, proc: str, call: str, outcome: Outcome) -> None:
        """What an outcome says of the process: asleep, gone, or free to call."""
        self.sleeping.pop(proc, None)
        if outcome.get("blocks") is True:
            self.sleeping[proc] = call
        elif "ends" in outcome:
            self.gone[proc] = "it has ended"
        elif "execs" in outcome:
            self.gone[proc] = "its image was replaced"

    def save(self, name: str | None, call: str, outcome: Outcome) -> None:
        """Keeps what a call returned, if it did."""
        if name is None or "ret" not in outcome:
            return
        if call in PAIRS:
            self.names.saved[name] = {half: outcome[half] for half in PAIRS[call]}
        elif type(outcome["ret"]) is not int:
            raise Stopped(
                "fail",
                f"expected {call} to return a number, got {outcome_words(outcome)}",
                RETURNS,
                outcome,
            )
        else:
            self.names.saved[name] = outcome["ret"]

    def wakes(self, step: WakesStep, entry: Json) -> None:
        """The sleeping call has come back."""
        proc, call = step.wakes, self.slept(step.wakes, {"wakes": step.wakes})
        outcome = self.target.finished(proc)
        if outcome is None:
            raise Stopped(
                "fail",
                f"expected {proc}'s {call} to come back, but it is still asleep",
                step.expect,
                {"blocks": True},
            )
        entry["woken"] = {proc: outcome}
        self.came_back(proc, call, outcome, step.expect)
        self.save(step.save, call, outcome)

    def wakes_count(self, step: WakesCountStep, entry: Json) -> None:
        """Just so many of the sleeping calls have come back; the rest still sleep."""
        woken: dict[str, Outcome] = {}
        entry["woken"] = woken
        rest = [proc for proc in step.among if proc in self.sleeping]
        for patient in (False, True):  # a target may wait for what has not come yet: so only then
            if not patient or len(woken) < step.wakes_count:
                for proc in [proc for proc in rest if proc not in woken]:
                    if patient or not self.target.asleep(proc):
                        outcome = self.target.finished(proc)
                        if outcome is not None:
                            woken[proc] = outcome
        if len(woken) != step.wakes_count:
            came = f": {', '.join(woken)}" if woken else ""
            raise Stopped(
                "fail",
                f"expected {step.wakes_count} of {', '.join(step.among)} to come "
                f"back, but {len(woken)} did{came}",
                step.wakes_count,
                len(woken),
            )
        for proc, outcome in woken.items():
            self.came_back(proc, self.sleeping[proc], outcome, step.expect)

    def came_back(self, proc: str, call: str, outcome: Outcome, expect: Any) -> None:
        """A call that slept has this outcome; without an expectation any but an end will do."""
        self.note(proc, call, outcome)
        if expect is not None or not outcome.keys() & {"ret", "errno", "blocks"}:
            self.judge(expect or RETURNS, outcome, f"{proc}'s sleeping {call}")

    def ends(self, step: EndsStep, entry: Json) -> None:
        """The process is gone."""
        status = self.target.ended(step.ends)
        entry["ended"] = {step.ends: status}
        if status is None:
            raise Stopped(
                "fail",
                f"expected {step.ends} to be gone, but it {_STATES[self.target.state(step.ends)]}",
                step.expect,
            )
        self.note(step.ends, "", {"ends": status})
        expected, view = split_view(step.expect)
        wanted = part({"expect": expected}, "expect", pattern, Kind.STATUS, self.names)
        if not fits(wanted, status):
            raise Stopped(
                "fail",
                f"expected {step.ends} to end ({words(wanted)}), "
                f"but it did otherwise ({status_words(status)})",
                step.expect,
                status,
            )
        self.see(view, step.expect, status)

    def state(self, step: StateStep, entry: Json) -> None:
        """The process is asleep in its call, alive, stopped, or neither gone nor stopped."""
        written, proc = {step.state: step.proc}, step.proc
        if step.state == "asleep":
            call = self.slept(proc, written)
            if not self.target.asleep(proc):
                outcome = self.target.finished(proc)
                entry["woken"] = {proc: outcome}
                raise Stopped(
                    "fail",
                    f"expected {proc}'s {call} to be still asleep, got "
                    f"{outcome_words(outcome or {})}",
                    written,
                    outcome,
                )
            state = "asleep"
        else:
            state = self.target.state(proc)
            if state not in _FITTING[step.state]:
                raise Stopped(
                    "fail",
                    f"expected {proc} {_EXPECTED[step.state]}, but it {_STATES[state]}",
                    written,
                    state,
                )
        entry["state"] = {proc: state}
        self.see((step.expect or {}).get("view"), step.expect, state)

    def slept(self, proc: str, written: Json) -> str:
        """The call that the process was asleep in."""
        if proc not in self.sleeping:
            raise Stopped(
                "fail", f"expected a call of {proc} to be asleep before, but none was", written
            )
        return self.sleeping[proc]

    def judge(self, expect: Any, outcome: Outcome, who: str) -> None:
        """Raises Stopped unless the outcome, and the tables, are as expected."""
        if "unsupported" in outcome:
            raise Stopped("unsupported", str(outcome["unsupported"]), expect, outcome)
        expected = part({"expect": expect}, "expect", expectation, self.names)
        different = difference(expected, outcome, who)
        if different is not None:
            raise Stopped("fail", different, expect, outcome)
        choices = [choice for choice in alternatives(expected) if accepts(choice, outcome)]
        if all(choice.view is not None for choice in choices):
            found = [self.unseen(choice.view) for choice in choices]
            if all(found):
                raise Stopped("fail", str(found[0]), expect, outcome)

    def see(self, view: Any, written: Any, got: Any) -> None:
        """Raises Stopped unless the tables are as a view says."""
        different = None if view is None else self.unseen(view)
        if different is not None:
            raise Stopped("fail", different, written, got)

    def unseen(self, view: Any) -> str | None:
        """How the tables differ from a view; Linux shows none, so there nothing is judged."""
        if self.target.name == "linux":
            return None
        return view_difference(view, self.target.view(), self.names)

    def times(self, value: Any) -> int:
        """A number of times."""
        found = number(value, self.names)
        if found < 0:
            raise Problem(f"{found} is not a number of times")
        return found


_FITTING = {"alive": ("runs", "asleep", "stopped"), "stopped": ("stopped",),
            "runs": ("runs", "asleep")}  # fmt: skip
_EXPECTED = {"alive": "to be alive", "stopped": "to be stopped", "runs": "not to be stopped"}
_STATES = {"runs": "runs", "asleep": "is asleep", "stopped": "is stopped", "ended": "is gone"}


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
