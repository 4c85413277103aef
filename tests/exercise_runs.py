"""Running one source of an exercise through scenarios, in this process, its loops counted."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from autograder.exercise import Exercise
from autograder.loops import EndlessLoop, counted, rounds
from kernel_model import Kernel
from kernel_model.invariants import broken
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget

ROUNDS = 20_000  # of all loops in one scenario; the longest right answer needs some thousand


def verdicts(
    exercise: Exercise, source: str, scenarios: list[Scenario]
) -> Iterator[tuple[str, str]]:
    """One scenario after the other on a kernel with this source: what is wrong, "" if nothing.

    As the oracle does it: a fresh kernel and a fresh run of the source for each, and a table
    that breaks an invariant fails the scenario.
    """
    code = compile(counted(source), f"<{exercise.name}>", "exec")

    def prepare(kernel: Kernel) -> None:
        names: dict[str, Any] = {"__name__": "submission", "round_": rounds(ROUNDS)}
        exec(code, names)
        for name in exercise.functions:
            kernel.install(names[name], name)

    for scenario in scenarios:
        try:
            result = run(scenario, ModelTarget("classic", prepare))
        except EndlessLoop:
            yield scenario.id, "looped"
            continue
        views = [entry["view"] for entry in result.record["steps"]]
        raised = isinstance(result.got, dict) and "raised" in result.got
        damage = None if raised else next((said for v in views for said in broken(v)), None)
        wrong = damage is not None or result.verdict != "pass"
        yield scenario.id, (damage or f"step {result.step}: {result.message}") if wrong else ""


def failures(
    exercise: Exercise, source: str, scenarios: list[Scenario], most: int | None = None
) -> dict[str, str]:
    """The scenarios (`most`: so many) that a kernel with this source does not pass, and why."""
    told = verdicts(exercise, source, scenarios)
    return dict(islice(((name, said) for name, said in told if said), most))
