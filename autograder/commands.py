"""Runs several nbgrader commands, one after the other, in one Python: it takes long to start.

    python -m autograder.commands COMMANDS.json

The file holds a list of [folder, file for what the command says, [argument, ...]].
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from jupyter_core.application import NoStart
from nbgrader.apps import NbGraderApp


def run(folder: str, said: str, arguments: list[str]) -> int:
    """One command in a folder, as its own process would run it; gives its exit status."""
    os.chdir(folder)
    with open(said, "w", encoding="utf-8") as file:
        saved = os.dup(1), os.dup(2)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        app = NbGraderApp.instance()
        try:
            app.initialize(arguments)
            with contextlib.suppress(NoStart):  # how it says that a command has run
                app.start()
        except SystemExit as end:
            return int(end.code or 0)
        finally:
            app.reset()
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
    return 0


if __name__ == "__main__":
    for folder, said, arguments in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        if status := run(folder, said, arguments):
            sys.exit(f"nbgrader {arguments} ended with {status}:\n{Path(said).read_text()[-4000:]}")
