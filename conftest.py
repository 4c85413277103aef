"""For every test and every notebook under test: no learner's history, no module compiled twice,
no kernel of a notebook on a port that another has taken meanwhile."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["KERNELBOOK_PROGRESS"] = "off"


def pytest_configure(config: pytest.Config) -> None:
    """Notebooks' kernels are reached by files: ports are found first and used later."""
    if not config.getoption("nbval", False):
        return
    import nbval.kernel
    from jupyter_client.manager import KernelManager

    folder = tempfile.TemporaryDirectory(prefix="kernels-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    files = (f"{folder.name}/{number}.json" for number in itertools.count())

    def manager(**given: Any) -> KernelManager:
        return KernelManager(transport="ipc", connection_file=next(files), **given)

    nbval.kernel.KernelManager = manager


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
