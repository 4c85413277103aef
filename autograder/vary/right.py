"""What must pass every new scenario: right answers of every kind, whoever is chosen first.

Those are the accepted variants, the mutants that are known to be no mistakes, and the reference
with another choice among several who could go on. Between them they use the freedom that the
text leaves; a scenario that one of them fails expects what the text does not promise.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.loops import EndlessLoop
from autograder.vary import room, trial
from kernel_model.kernel import Kernel
from kernel_model.process import Process
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget


def fair(scenarios: Sequence[Scenario], exercise: str, sources: Sequence[str]) -> list[Scenario]:
    """Those of the scenarios that the reference and all the right sources pass."""
    left = [one for one in scenarios if holds(one)]
    for source in sources:
        if not left:
            break
        failed = {kill.case for kill in room.kills(exercise, source, left)}
        left = [one for one in left if one.id not in failed]
    return left


def holds(scenario: Scenario) -> bool:
    """Does the reference pass, whether the first or the last of several goes on?"""
    try:
        with trial.alarm():
            return all(
                run(scenario, ModelTarget("classic", prepare)).verdict == "pass"
                for prepare in (None, last_first)
            )
    except EndlessLoop:
        return False


def last_first(kernel: Kernel) -> None:
    """Of several who could go on, the last does."""
    kernel.choose = last


def last(ready: list[Process]) -> int:
    """The place of the last."""
    return len(ready) - 1
