"""Running a scenario on a target, and judging each step as it goes.

The target is told stimuli only: which process makes which call, with all values resolved. What is
expected never leaves this side, so a target cannot answer by looking it up.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_model.scenario import moves, waits
from kernel_model.scenario.errors import Problem
from kernel_model.scenario.format import Scenario
from kernel_model.scenario.names import Names
from kernel_model.scenario.progress import Decided, Progress
from kernel_model.scenario.steps import (
    SCOPES,
    CallStep,
    EndsStep,
    Json,
    StateStep,
    Step,
    WakesCountStep,
    WakesStep,
)
from kernel_model.targets import Setup, Skip, Target, Unsupported

# Limits that only the classic kernel has; Linux is not asked to obey them.
CLASSIC_LIMITS = {"MSGTQL", "MSGSSZ", "MSGSEG", "SEMUME", "SEMMNU", "SHMSEG"}

Wanted = bool | Callable[[], bool]


@dataclass(slots=True)
class Result:
    """How a scenario went.

    verdict    pass; fail: an outcome did not fit; error: the scenario or the target is at fault;
               unsupported: the target lacks something; skip: not for this machine or this side
    step       index of the step that decided it; None: no single step did
    expected   what that step expects, as written
    got        the outcome
    message    the difference, or the reason, in words
    tables     what came of the call is as expected, the tables are not
    record     what was done, and how the tables looked after each step
    elsewhere  a skip because the scenario is for the other side, which no machine can change
    """

    id: str
    topic: str
    verdict: str
    step: int | None = None
    expected: Any = None
    got: Any = None
    message: str = ""
    tables: bool = False
    record: dict[str, Any] = field(default_factory=dict)
    elsewhere: bool = False

    def to_json(self) -> dict[str, Any]:
        """All but the record, as the command line prints it."""
        keys = ("id", "topic", "verdict", "step", "expected", "got", "message")
        return {key: getattr(self, key) for key in keys}


def run(scenario: Scenario, target: Target, *, views: Wanted = True) -> Result:
    """Runs the scenario to its end or to the first step that does not fit; closes the target.

    views  look at the tables after each step (else the record's views are empty, and it is faster);
           or a function that is asked so after each
    """
    record: dict[str, Any] = {"scenario": scenario.id, "steps": []}
    result = Result(scenario.id, scenario.topic, "pass", record=record)
    try:
        with _told(result):
            _steps(scenario, target, result, views)
    finally:
        with _told(result, "to close the target"):
            target.close()
    return result


def for_side(scope: str | None, personality: str) -> bool:
    """Whether this side takes part in a scenario or a step of this scope."""
    return scope is None or SCOPES[scope] == personality


def _steps(scenario: Scenario, target: Target, result: Result, views: Wanted) -> None:
    if not for_side(scenario.scope, target.personality):
        result.elsewhere = True
        raise Skip(f"{scenario.scope}: it is not for the {target.personality} personality")
    limits = scenario.limits
    if target.personality == "linux":
        limits = {name: limits[name] for name in limits if name not in CLASSIC_LIMITS}
    target.start(Setup(dict(scenario.uids), dict(scenario.gids), limits))
    names = Names(target.resolve, scenario.limits | target.constants())
    progress = Progress(target, names)
    for index, step in enumerate(scenario.steps):
        if for_side(step.scope, target.personality):
            result.step = index
            entry: Json = {"step": index}
            result.record["steps"].append(entry)
            try:
                _do(step, entry, progress)
            finally:
                look = views() if callable(views) else views
                entry["view"] = target.view() if look else {}
    result.step = None


def _do(step: Step, entry: Json, progress: Progress) -> None:
    try:
        match step:
            case CallStep():
                moves.call(step, entry, progress)
            case WakesStep():
                waits.wakes(step, entry, progress)
            case WakesCountStep():
                waits.wakes_count(step, entry, progress)
            case EndsStep():
                waits.ends(step, entry, progress)
            case StateStep():
                waits.state(step, entry, progress)
    except Problem as problem:
        raise Decided("error", f"the scenario is at fault: {problem}") from None


@contextmanager
def _told(result: Result, doing: str = "") -> Iterator[None]:
    """Whatever stops the run becomes the verdict, unless there is one already."""
    try:
        yield
        return
    except Decided as stop:
        verdict, message = stop.verdict, stop.message
        result.expected, result.got, result.tables = stop.expected, stop.got, stop.tables
    except Unsupported as error:
        verdict, message = "unsupported", str(error)
    except Skip as error:
        verdict, message = "skip", str(error)
    except Exception as error:
        verdict = "error"
        message = f"the target broke{' when asked ' + doing if doing else ''}: {_fault(error)}"
    if result.verdict == "pass":
        result.verdict, result.message = verdict, message


def _fault(error: Exception) -> str:
    """An exception that should not be, and the line that raised it."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = f" ({Path(at.tb_frame.f_code.co_filename).name}, line {at.tb_lineno})" if at else ""
    return f"{type(error).__name__}: {error}{where}"
