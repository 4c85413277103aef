"""Every scenario of our own, on the machine's own kernel and on both personalities."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel_model.scenario import Scenario, load, run
from kernel_model.scenario.run import for_side
from kernel_model.targets import Target
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.needs import require

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = [one for file in sorted(FOLDER.glob("*.json")) for one in load(file)]


def each(personality: str) -> pytest.MarkDecorator:
    """One test for each scenario that this side takes part in."""
    chosen = [one for one in SCENARIOS if for_side(one.scope, personality)]
    return pytest.mark.parametrize("scenario", chosen, ids=[one.id for one in chosen])


@pytest.fixture(scope="module")
def linux() -> Iterator[Target]:
    target = LinuxTarget()
    yield target
    target.close()


def holds(scenario: Scenario, target: Target) -> None:
    """The scenario passes, wherever this machine can run it."""
    result = run(scenario, target)
    require(result.verdict != "skip", result.message)
    assert result.verdict == "pass", f"step {result.step}: {result.message}"


@each("linux")
def test_the_scenario_holds_on_this_machines_kernel(scenario: Scenario, linux: Target) -> None:
    holds(scenario, linux)


@each("linux")
def test_the_scenario_holds_on_the_linux_personality(scenario: Scenario) -> None:
    holds(scenario, ModelTarget("linux"))


@each("classic")
def test_the_scenario_holds_on_the_classic_personality(scenario: Scenario) -> None:
    holds(scenario, ModelTarget("classic"))


def test_there_are_scenarios_of_every_kind_and_each_states_its_fact() -> None:
    assert len(SCENARIOS) >= 80
    assert len({one.id for one in SCENARIOS}) == len(SCENARIOS)
    assert all(one.notes["fact"] for one in SCENARIOS)


def test_more_than_fifty_scenarios_of_shared_memory_are_held_against_this_machine() -> None:
    real = [one.id for one in SCENARIOS if for_side(one.scope, "linux")]

    assert sum(name.startswith("shm.") for name in real) >= 120
    assert sum(name.startswith(("posix.", "mmap.", "files.")) for name in real) >= 50


def test_a_hundred_scenarios_of_posix_queues_semaphores_and_mutexes_are_held_against_it() -> None:
    real = [one.id for one in SCENARIOS if for_side(one.scope, "linux")]

    assert sum(name.startswith("posix.mq.") for name in real) >= 60
    assert sum(name.startswith("posix.sem.") for name in real) >= 30
    assert sum(name.startswith(("posix.mutex.", "posix.cond.")) for name in real) >= 40


def test_sixty_scenarios_of_process_tracing_are_held_against_it() -> None:
    real = [one.id for one in SCENARIOS if for_side(one.scope, "linux")]

    assert sum(name.startswith("ptrace.") for name in real) >= 60


@pytest.mark.parametrize("scope", ["linux_only", "unix_only"])
def test_every_difference_says_why(scope: str) -> None:
    scoped = [one for one in SCENARIOS if one.scope == scope]
    steps = [step for one in SCENARIOS for step in one.steps if step.scope == scope]

    assert scoped
    assert steps
    assert all(part.notes["why"] for part in (*scoped, *steps))
    if scope == "unix_only":
        assert all(part.notes["source"] for part in (*scoped, *steps))
