"""Wheels, built by the project's own backend: no network, the same bytes each time."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


class WheelError(RuntimeError):
    """The backend could not build the wheel; the message is what it said."""


def build_wheel(project: Path, to: Path) -> Path:
    """Builds the wheel of a project folder into the folder `to`; gives its path."""
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to, prefix=".wheel-") as made:
        ran = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made],
            cwd=project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        found = list(Path(made).glob("*.whl"))
        if ran.returncode or len(found) != 1:
            said = (ran.stderr or ran.stdout).strip().splitlines() or ["it said nothing"]
            raise WheelError(f"no wheel was built of {project}: {said[-1]}")
        return found[0].replace(to / found[0].name)
