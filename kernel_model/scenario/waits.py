"""Steps that look at processes: which sleeping calls came back, who still sleeps, who is gone."""

from typing import Any

from kernel_model.scenario.calls import Kind
from kernel_model.scenario.check import split_view
from kernel_model.scenario.errors import part
from kernel_model.scenario.judge import outcome_words, status_words
from kernel_model.scenario.moves import RETURNS
from kernel_model.scenario.patterns import fits, words
from kernel_model.scenario.progress import Decided, Progress
from kernel_model.scenario.steps import EndsStep, Json, StateStep, WakesCountStep, WakesStep
from kernel_model.scenario.wanted import pattern
from kernel_model.targets import Outcome

FITTING = {
    "alive": ("runs", "asleep", "stopped"), "stopped": ("stopped",), "runs": ("runs", "asleep"),
}  # fmt: skip
EXPECTED = {"alive": "to be alive", "stopped": "to be stopped", "runs": "not to be stopped"}
STATES = {"runs": "runs", "asleep": "is asleep", "stopped": "is stopped", "ended": "is gone"}


def wakes(step: WakesStep, entry: Json, run: Progress) -> None:
    """The sleeping call has come back."""
    proc, call = step.wakes, _slept(step.wakes, {"wakes": step.wakes}, run)
    outcome = run.target.finished(proc)
    if outcome is None:
        message = f"expected {proc}'s {call} to come back, but it is still asleep"
        raise Decided("fail", message, step.expect, {"blocks": True})
    entry["woken"] = {proc: outcome}
    _came_back(proc, call, outcome, step.expect, run)
    run.save(step.save, call, outcome)


def wakes_count(step: WakesCountStep, entry: Json, run: Progress) -> None:
    """Just so many of the sleeping calls have come back; the rest still sleep.

    A target may wait for a call that has not come back yet, so those still asleep are asked only
    when too few of the others have come.
    """
    woken: dict[str, Outcome] = {}
    entry["woken"] = woken
    slept = [proc for proc in step.among if proc in run.sleeping]
    for proc in slept:
        if not run.target.asleep(proc):
            _collect(proc, woken, run)
    for proc in slept:
        if proc not in woken and len(woken) < step.wakes_count:
            _collect(proc, woken, run)
    if len(woken) != step.wakes_count:
        message = f"expected {step.wakes_count} of {', '.join(step.among)} to come back, "
        message += f"but {len(woken)} did" + (f": {', '.join(woken)}" if woken else "")
        raise Decided("fail", message, step.wakes_count, len(woken))
    for proc, outcome in woken.items():
        _came_back(proc, run.sleeping[proc], outcome, step.expect, run)


def ends(step: EndsStep, entry: Json, run: Progress) -> None:
    """The process is gone."""
    status = run.target.ended(step.ends)
    entry["ended"] = {step.ends: status}
    if status is None:
        _broke(step.ends, "to be gone", step.expect, run)
        state = STATES[run.target.state(step.ends)]
        raise Decided("fail", f"expected {step.ends} to be gone, but it {state}", step.expect)
    run.note(step.ends, "", {"ends": status})
    expected, view = split_view(step.expect)
    wanted = part({"expect": expected}, "expect", pattern, Kind.STATUS, run.names)
    if not fits(wanted, status):
        message = f"expected {step.ends} to end ({words(wanted)}), got {status_words(status)}"
        raise Decided("fail", message, step.expect, status)
    run.see(view, step.expect, status)


def state(step: StateStep, entry: Json, run: Progress) -> None:
    """The process is asleep in its call, alive, stopped, or neither gone nor stopped."""
    written, proc = {step.state: step.proc}, step.proc
    if step.state == "asleep":
        found = _still_asleep(proc, written, entry, run)
    else:
        found = run.target.state(proc)
        if found not in FITTING[step.state]:
            _broke(proc, EXPECTED[step.state], written, run)
            message = f"expected {proc} {EXPECTED[step.state]}, but it {STATES[found]}"
            raise Decided("fail", message, written, found)
    entry["state"] = {proc: found}
    run.see((step.expect or {}).get("view"), step.expect, found)


def _broke(proc: str, wanted: str, written: Any, run: Progress) -> None:
    """Tells of the call that the process was asleep in, if code that was installed broke it."""
    if proc in run.sleeping and run.target.state(proc) == "runs":
        outcome = run.target.finished(proc) or {}
        if "raised" in outcome:
            message = f"expected {proc} {wanted}, {outcome_words(outcome)}"
            raise Decided("fail", message, written, outcome)


def _still_asleep(proc: str, written: Json, entry: Json, run: Progress) -> str:
    call = _slept(proc, written, run)
    if not run.target.asleep(proc):
        outcome = run.target.finished(proc) or {}
        entry["woken"] = {proc: outcome}
        message = f"expected {proc}'s {call} to be still asleep, {outcome_words(outcome)}"
        raise Decided("fail", message, written, outcome)
    return "asleep"


def _slept(proc: str, written: Json, run: Progress) -> str:
    """The call that the process was asleep in."""
    if proc not in run.sleeping:
        message = f"expected a call of {proc} to have been asleep, but none was"
        raise Decided("fail", message, written)
    return run.sleeping[proc]


def _collect(proc: str, woken: dict[str, Outcome], run: Progress) -> None:
    outcome = run.target.finished(proc)
    if outcome is not None:
        woken[proc] = outcome


def _came_back(proc: str, call: str, outcome: Outcome, expect: Any, run: Progress) -> None:
    """A call that slept has this outcome; without an expectation any but an end will do."""
    run.note(proc, call, outcome)
    if expect is not None or not outcome.keys() & {"ret", "errno", "blocks"}:
        written = expect or RETURNS
        run.judge(run.meaning(written), outcome, f"{proc}'s sleeping {call}", written)
