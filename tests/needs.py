"""What a test needs of the machine; on CI (KERNELBOOK_REQUIRE set) nothing is skipped."""

import os

import pytest


def require(condition: object, reason: str) -> None:
    """Skips the test unless `condition` holds; fails it where everything is required."""
    if condition:
        return
    if os.environ.get("KERNELBOOK_REQUIRE"):
        pytest.fail(f"not there, and nothing may be skipped here: {reason}")
    pytest.skip(reason)
