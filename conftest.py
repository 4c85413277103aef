"""For every test and every notebook under test: no learner's history, no module compiled twice."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["KERNELBOOK_PROGRESS"] = "off"


class Turned(pytest.Dir):
    """A folder that each worker of xdist begins to read at another place.

    All read all of it, and who comes to a file first compiles it for the others.
    """

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        found = [*super().collect()]
        worker = self.config.workerinput
        start = len(found) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
        yield from found[start:] + found[:start]


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir | None:
    if hasattr(parent.config, "workerinput"):
        return Turned.from_parent(parent, path=path)
    return None
