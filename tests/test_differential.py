"""Random scenarios on the model and on this machine's kernel: every outcome alike."""

from collections.abc import Iterator

import pytest

from kernel_model import Kernel
from kernel_model.targets import Skip
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.differential import difference, shrunk, told
from tests.differential_play import play, prepared
from tests.needs import require

BATCHES, SIZE, STEPS = 6, 25, 40  # seeds in all: BATCHES x SIZE


@pytest.fixture(scope="module")
def linux() -> Iterator[LinuxTarget]:
    target = LinuxTarget("namespace")
    try:
        play(prepared(0, 1), target)
    except Skip as skip:
        require(False, str(skip))
    yield target
    target.close()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_model_does_nothing_that_linux_does_not(batch: int, linux: LinuxTarget) -> None:
    for seed in range(batch * SIZE, (batch + 1) * SIZE):
        given = prepared(seed, STEPS)
        found = difference(given, linux)
        if found is not None:
            least = shrunk(given, lambda fewer: difference(fewer, linux) is not None)
            pytest.fail(told(least, difference(least, linux) or found))


def test_a_planted_fault_is_found_and_shrunk_to_the_step_that_shows_it() -> None:
    def mistaken(kernel: Kernel) -> None:
        kernel.install(lambda u: u.pgrp, "getpid")

    child = {"proc": "B", "call": "fork", "args": ["C"]}
    asks = {"proc": "C", "call": "getpid", "args": []}
    others = [{"proc": proc, "call": "sigpending", "args": []} for proc in "ABAB"]
    given = prepared(3, STEPS) | {"uids": {"A": 0, "B": 0}, "steps": [*others, child, asks]}

    right = ModelTarget("linux")
    least = shrunk(given, lambda fewer: difference(fewer, right, mistaken) is not None)

    assert least["steps"] == [child, asks]
    assert list(least["uids"]) == ["B"]


def test_a_seed_always_makes_the_same_scenario() -> None:
    assert [prepared(seed, 10) for seed in range(20)] == [prepared(seed, 10) for seed in range(20)]
