"""What every test may rely on: the same work for Hypothesis each time, the longest files first."""

import gc

import pytest
from hypothesis import HealthCheck, settings

LONGEST = (  # of the files: so that nobody is left with one of them when all others are done
    "test_browser_lectures",
    "test_exercises_interleavings",
    "test_audit_table",
    "test_demo",
    "test_editions_student",
    "test_oracle",
    "test_lectures",
    "test_browser_widgets",
    "test_nbgrader_classrun",
    "test_editions_leave_out",
    "test_nbgrader_assignments",
    "test_leak",
    "test_browser_player",
    "test_exercises",
    "test_nbgrader_autograde",
    "test_editions_seal",
    "test_messages_walk",
    "test_explore_system_oracle",
    "test_explore_engines",
    "test_browser_interleave",
)


def pytest_configure(config: pytest.Config) -> None:
    """The same examples each time; others for whoever asks by --hypothesis-seed."""
    settings.register_profile(
        "kernelbook",
        deadline=None,  # a loaded machine is not a bug
        derandomize=config.getoption("--hypothesis-seed") is None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("kernelbook")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are handed out to workers: the same whoever has read them."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (place.get(item.path.stem, len(LONGEST)), item.path))


def pytest_collection_finish() -> None:
    """What was read stays to the end, so that nobody looks through it for garbage again."""
    gc.collect()
    gc.freeze()
