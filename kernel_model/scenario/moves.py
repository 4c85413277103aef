"""Steps that make a call: once, `repeat` times, or `until` it does otherwise than return."""

from typing import Any

from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.calls import WITHOUT_EXPECT
from kernel_model.scenario.errors import part
from kernel_model.scenario.progress import Decided, Progress, times
from kernel_model.scenario.steps import CallStep, Json
from kernel_model.targets import Outcome

RETURNS: Json = {"ret": "any"}
MOST = 100_000  # times that `until` without `max` makes a call


def call(step: CallStep, entry: Json, run: Progress) -> None:
    """The process makes the call, and each outcome is judged."""
    entry |= {"proc": step.proc, "call": step.call}
    if step.until is not None:
        _until(step, entry, run)
        return
    count = 1 if step.repeat is None else run.times(step.repeat, "repeat")
    who = f"{step.proc}'s {step.call}"
    written = step.expect or WITHOUT_EXPECT.get(step.call, RETURNS)
    for turn in range(count):
        outcome = _make(step, entry, run, turn)
        if turn == 0 or step.save is not None:
            expected = run.meaning(written)
        which = who if step.repeat is None else f"{who} ({turn + 1} of {count})"
        run.judge(expected, outcome, which, written)
        run.save(step.save, step.call, outcome)


def _until(step: CallStep, entry: Json, run: Progress) -> None:
    least = 0 if step.min is None else run.times(step.min, "min")
    most = MOST if step.max is None else run.times(step.max, "max")
    who, count = f"{step.proc}'s {step.call}", 0
    while "ret" in (outcome := _make(step, entry, run, count)):
        if step.expect is not None:
            run.judge(run.meaning(step.expect), outcome, f"{who} ({count + 1})", step.expect)
        run.save(step.save, step.call, outcome)
        count += 1
        if count > most:
            message = f"expected {who} to return {times(most)} at most, but it did {times(count)}"
            raise Decided("fail", message, step.until, outcome)
    run.judge(run.meaning(step.until, "until"), outcome, f"{who} after {count} returns", step.until)
    if count < least:
        message = f"expected {who} to return {times(least)} at least, but it did {times(count)}"
        raise Decided("fail", message, step.until, outcome)
    if step.save_count is not None:
        run.names.saved[step.save_count] = count


def _make(step: CallStep, entry: Json, run: Progress, turn: int) -> Outcome:
    """One call, if the process can make one; its outcome is written down."""
    _may_call(step, entry, run)
    if turn == 0 or step.save is not None:  # what the last turn saved may be an argument
        entry["args"] = part({"args": step.args}, "args", arguments, step.call, run.names)
    outcome = run.target.call(step.proc, step.call, entry["args"])
    entry["outcome"] = outcome
    if step.repeat is not None or step.until is not None:
        outcomes: list[Any] = entry.setdefault("outcomes", [])
        if outcomes and outcomes[-1][1] == outcome:
            outcomes[-1][0] += 1
        else:
            outcomes.append([1, outcome])
    run.note(step.proc, step.call, outcome)
    return outcome


def _may_call(step: CallStep, entry: Json, run: Progress) -> None:
    """A process can call unless it is gone or its last call is still asleep."""
    proc, why = step.proc, run.gone.get(step.proc)
    if proc in run.sleeping:
        slept = run.sleeping[proc]
        outcome = run.target.finished(proc)
        if outcome is None:
            why = f"its {slept} is still asleep"
        else:
            entry.setdefault("woken", {})[proc] = outcome
            run.note(proc, slept, outcome)
            why = run.gone.get(proc)
    if why is not None:
        message = f"the scenario is at fault: {proc} cannot call {step.call}, because {why}"
        raise Decided("error", message, step.expect)
