"""Commands of Jupyter and nbgrader, each in a Python of its own."""

import os
import subprocess
import sys
from pathlib import Path


class CommandFailed(RuntimeError):
    """A command ended badly; the message has the end of what it said."""


def environment() -> dict[str, str]:
    """Ours, in which what stands beside this Python is found first: nbgrader starts alembic."""
    places = [os.path.dirname(sys.executable), os.environ.get("PATH", "")]
    return {**os.environ, "PATH": os.pathsep.join(places)}


def run(arguments: list[str], folder: Path, env: dict[str, str]) -> None:
    """Runs Python with these arguments in a folder; raises CommandFailed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise CommandFailed(f"{' '.join(arguments)} failed:\n{said}")
