"""Random scenarios of sigaction and ptrace, on the model and on this machine."""

import pytest

from kernel_model.targets import Skip
from kernel_model.targets.linux import LinuxTarget
from tests.differential import difference, shrunk, told
from tests.differential_play import play
from tests.differential_traced import ATTACHING, REQUESTS, SEIZING, prepared, scenario
from tests.needs import require

SEEDS = 40


def test_the_model_does_nothing_that_linux_does_not_with_actions_and_tracing() -> None:
    linux = LinuxTarget("namespace")
    try:
        play(scenario(0, 1), linux)
    except Skip as skip:
        require(False, str(skip))
    for seed in range(SEEDS):
        given = prepared(seed)
        found = difference(given, linux)
        if found is not None:
            least = shrunk(given, lambda fewer: difference(fewer, linux) is not None)
            pytest.fail(told(least, difference(least, linux) or found))
    linux.close()


def test_every_request_comes_in_the_random_scenarios() -> None:
    steps = [step for seed in range(60) for step in scenario(seed)["steps"]]

    asked = {step["args"][0] for step in steps if step["call"] == "ptrace"}
    assert asked == REQUESTS.keys() | ATTACHING.keys() | SEIZING.keys()
    assert {"sigaction", "sigsuspend", "waitpid"} <= {step["call"] for step in steps}
