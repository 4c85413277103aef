"""Every scenario of our own, on the machine's own kernel and on both personalities."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel_model.scenario import load, run
from kernel_model.scenario.run import for_side
from kernel_model.targets import Target
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.needs import require

FOLDER = Path(__file__).parent / "scenarios"
FILES = {file.stem: load(file) for file in sorted(FOLDER.glob("*.json"))}
SCENARIOS = [one for scenarios in FILES.values() for one in scenarios]
each = pytest.mark.parametrize("file", FILES)


@pytest.fixture(scope="module")
def linux() -> Iterator[Target]:
    target = LinuxTarget()
    yield target
    target.close()


def hold(file: str, personality: str, target: Target | None = None) -> None:
    """The scenarios of a file pass, of those that this side takes part in and the machine can run.

    What fails is told of all of them, with the reason.
    """
    chosen = [one for one in FILES[file] if for_side(one.scope, personality)]
    results = [run(one, target or ModelTarget(personality)) for one in chosen]
    left = [one for one in results if one.verdict not in ("pass", "skip")]
    skipped = {one.id: one.message for one in results if one.verdict == "skip"}

    assert {one.id: f"step {one.step}: {one.message}" for one in left} == {}
    require(not skipped, str(skipped))


@each
def test_the_scenarios_hold_on_this_machines_kernel(file: str, linux: Target) -> None:
    hold(file, "linux", linux)


@each
def test_the_scenarios_hold_on_the_linux_personality(file: str) -> None:
    hold(file, "linux")


@each
def test_the_scenarios_hold_on_the_classic_personality(file: str) -> None:
    hold(file, "classic")


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
