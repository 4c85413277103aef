"""Runs a notebook and keeps its outputs, the same ones each time."""

import os
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.builder import ROOT, BuildError
from autograder.builder.widgets import settle

SECONDS = 120


def executed(notebook: NotebookNode, source: Path) -> NotebookNode:
    """The notebook with its outputs; a cell that fails stops the build."""
    with tempfile.TemporaryDirectory() as home:  # nobody's IPython profile plays a part
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            record_timing=False,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(source.parent)}},
            config=by_files(home),
        )
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        own = {"IPYTHONDIR": home, "PYTHONHASHSEED": "0", "PYTHONPATH": path}
        own |= {"KERNELBOOK_PROGRESS": "off"}  # builds are no tries
        try:
            client.execute(env=os.environ | own)
        except CellExecutionError as error:
            raise BuildError(f"{source.name} does not run: {error}") from error
    notebook.metadata.pop("language_info", None)  # names the Python that happened to run it
    join_streams(notebook)
    settle(notebook, source.stem)
    return notebook


def by_files(folder: str) -> Config:
    """The kernel is reached by files: a port that was found may be another's when it is used."""
    file = os.path.join(folder, "kernel.json")
    return Config({"KernelManager": {"transport": "ipc", "connection_file": file}})


def join_streams(notebook: NotebookNode) -> None:
    """Makes one output of what a cell printed in one go, however the kernel has cut it up."""
    for cell in notebook.cells:
        joined: list[NotebookNode] = []
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else None
            if last is not None and output.get("name") == last.get("name", ""):
                last["text"] += output["text"]
            else:
                joined.append(output)
        if joined:
            cell["outputs"] = joined
