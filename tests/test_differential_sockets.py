"""Random scenarios of sockets, on the model and on this machine."""

import pytest

from kernel_model.targets import Skip
from kernel_model.targets.linux import LinuxTarget
from tests.differential import difference, shrunk, told
from tests.differential_play import play, prepared
from tests.differential_sockets import THEMES, scenario
from tests.needs import require

SEEDS, STEPS = 25, 90


def test_the_model_does_nothing_that_linux_does_not_with_sockets() -> None:
    linux = LinuxTarget("namespace")
    try:
        play(prepared(0, 1, scenario), linux)
    except Skip as skip:
        require(False, str(skip))
    for seed in range(SEEDS):
        given = prepared(seed, STEPS, scenario)
        found = difference(given, linux)
        if found is not None:
            least = shrunk(given, lambda fewer: difference(fewer, linux) is not None)
            pytest.fail(told(least, difference(least, linux) or found))
    linux.close()


def test_all_domains_kinds_and_calls_come_in_the_random_scenarios() -> None:
    made = [scenario(seed) for seed in range(60)]

    assert {one["topic"] for one in made} == THEMES.keys()
    assert len({step["call"] for one in made for step in one["steps"]}) == 32
