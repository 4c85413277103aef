"""Running one source of an exercise through scenarios, in this process and with a loop guard."""

import sys
import types
from typing import Any

from autograder.exercise import Exercise
from kernel_model import Kernel
from kernel_model.invariants import broken
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget

STEPS = 50_000  # lines of the source that one scenario may run; the longest right one needs 30_000


class Looped(BaseException):
    """The source ran more lines than any right one does."""


class Guard:
    """Counts the lines that run in one file, and raises Looped when there are too many."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.left = STEPS

    def __enter__(self) -> "Guard":
        self.before = sys.gettrace()
        sys.settrace(self._enter)
        return self

    def __exit__(self, *args: object) -> None:
        sys.settrace(self.before)

    def _enter(self, frame: types.FrameType, what: str, arg: Any) -> Any:
        return self._line if frame.f_code.co_filename == self.file else None

    def _line(self, frame: types.FrameType, what: str, arg: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Looped(self.file)
        return self._line


def failures(
    exercise: Exercise, source: str, scenarios: list[Scenario], most: int | None = None
) -> dict[str, str]:
    """The scenarios that a kernel with this source does not pass (`most`: so many), and why.

    As the oracle does it: a fresh kernel and a fresh run of the source for each, and a table
    that breaks an invariant fails the scenario.
    """
    file = f"<{exercise.name}>"
    code = compile(source, file, "exec")

    def prepare(kernel: Kernel) -> None:
        names: dict[str, Any] = {"__name__": "submission"}
        exec(code, names)
        for name in exercise.functions:
            kernel.install(names[name], name)

    found: dict[str, str] = {}
    for scenario in scenarios:
        if len(found) == most:
            break
        try:
            with Guard(file):
                result = run(scenario, ModelTarget("classic", prepare))
        except Looped:
            found[scenario.id] = "looped"
            continue
        views = [entry["view"] for entry in result.record["steps"]]
        raised = isinstance(result.got, dict) and "raised" in result.got
        damage = None if raised else next((said for v in views for said in broken(v)), None)
        if damage is not None or result.verdict != "pass":
            found[scenario.id] = damage or f"step {result.step}: {result.message}"
    return found
