"""The project that wheels are built of: the repository's own, and the student's made from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import tomlkit

from autograder.editions.assignments import ReleaseError

ROOT = Path(__file__).parents[2]
NEEDS = ("anywidget", "ipywidgets", "jupyterlab", "matplotlib", "nbgrader")  # of a student


def project() -> dict[str, Any]:
    """What pyproject.toml says of the project; raises ReleaseError where there is none."""
    path = ROOT / "pyproject.toml"
    if not path.is_file():
        raise ReleaseError(f"{path} is missing: editions are made in a clone of the repository")
    given: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))["project"]
    return given


def student_project(version: str) -> bytes:
    """The pyproject.toml of the student edition."""
    given = project()
    whole = {
        "build-system": {"requires": ["hatchling>=1.26"], "build-backend": "hatchling.build"},
        "project": {
            "name": given["name"],
            "version": version,
            "description": given["description"],
            "readme": "README.md",
            "requires-python": given["requires-python"],
            "dependencies": [line for line in given["dependencies"] if line.startswith(NEEDS)],
            "scripts": {"kernelbook": "autograder.cli:main"},
        },
        "tool": {
            "hatch": {
                "build": {
                    "ignore-vcs": True,
                    "targets": {"wheel": {"packages": ["kernel_model", "autograder"]}},
                }
            }
        },
    }
    return tomlkit.dumps(whole).encode()
