"""Random scenarios: the linux personality does what this machine's kernel does."""

from collections.abc import Iterator

import pytest

from kernel_model.targets import Setup, Skip
from kernel_model.targets.linux import LinuxTarget
from tests.differential import difference, model_like_this_machine, prepared, told
from tests.needs import require


@pytest.fixture(scope="module")
def linux() -> Iterator[LinuxTarget]:
    target = LinuxTarget("namespace")  # where kill(-1) stays within the scenario
    try:
        target.start(Setup({"A": 0}))
    except Skip as skip:
        require(False, str(skip))
    yield target
    target.close()


@pytest.mark.parametrize("seed", range(20))
def test_model_and_machine_tell_the_same_story(seed: int, linux: LinuxTarget) -> None:
    given = prepared(seed)
    found = difference(given, model_like_this_machine(), linux)

    assert found is None, told(given, found)
