"""The scenario language: which processes exist, which calls they make, and what must come of it.

    for scenario in load(Path("messages.json")):
        result = run(scenario, ModelTarget())
        print(result.verdict, result.message)

A scenario is data (`format.py`, `steps.py`); its values are resolved (`values.py`), its steps done
on a target (`run.py`, `moves.py`, `waits.py`) and judged outside it (`expect.py`, `judge.py`).
"""

from kernel_model.scenario.calls import SIGNATURES
from kernel_model.scenario.errors import Problem, ScenarioError
from kernel_model.scenario.expect import Expectation, accepts, expectation
from kernel_model.scenario.format import Scenario, dumps, load, loads
from kernel_model.scenario.judge import difference
from kernel_model.scenario.names import Names
from kernel_model.scenario.run import Result, for_side, run
from kernel_model.scenario.steps import (
    CallStep,
    EndsStep,
    StateStep,
    Step,
    WakesCountStep,
    WakesStep,
    step_from_json,
    step_to_json,
)

__all__ = [
    "SIGNATURES",
    "CallStep",
    "EndsStep",
    "Expectation",
    "Names",
    "Problem",
    "Result",
    "Scenario",
    "ScenarioError",
    "StateStep",
    "Step",
    "WakesCountStep",
    "WakesStep",
    "accepts",
    "difference",
    "dumps",
    "expectation",
    "for_side",
    "load",
    "loads",
    "run",
    "step_from_json",
    "step_to_json",
]
