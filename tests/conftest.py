"""What every test may rely on: the same work for Hypothesis each time, and a home of its own."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "kernelbook",
    deadline=None,  # a loaded machine is not a bug
    derandomize=bool(os.environ.get("CI") or os.environ.get("KERNELBOOK_REQUIRE")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kernelbook")
