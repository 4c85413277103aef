"""Random scenarios of locks in shared memory, on the model and on this machine."""

import pytest

from kernel_model.targets import Skip
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.differential import difference, shrunk, told
from tests.differential_locks import scenario
from tests.differential_play import play
from tests.needs import require

SEEDS = 30


def test_the_model_does_nothing_that_linux_does_not_with_locks_in_memory() -> None:
    linux = LinuxTarget("namespace")
    try:
        play(scenario(0, 1), linux)
    except Skip as skip:
        require(False, str(skip))
    for seed in range(SEEDS):
        given = scenario(seed)
        done = play(given, ModelTarget("linux"))
        given["steps"] = [step for step, story in zip(given["steps"], done, strict=True) if story]
        found = difference(given, linux)
        if found is not None:
            least = shrunk(given, lambda fewer: difference(fewer, linux) is not None)
            pytest.fail(told(least, difference(least, linux) or found))
    linux.close()


def test_every_call_of_mutexes_and_conditions_comes_in_the_random_scenarios() -> None:
    made = {step["call"] for seed in range(60) for step in scenario(seed)["steps"]}

    assert len({name for name in made if name.startswith("pthread_")}) == 9
    assert len({name for name in made if name.startswith("sem_")}) == 6
