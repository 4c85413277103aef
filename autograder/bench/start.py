"""How long it takes until there is an answer: of the command line, of a child in the sandbox."""

import subprocess
import sys

from autograder.editions import leave_one_out
from autograder.sandbox import Sandbox

from .measure import Figure, in_turns, seconds


def help_page() -> Figure:
    """`kernelbook --help`, from the start of Python to its end; pure seconds."""
    command = [sys.executable, "-m", "autograder.cli", "--help"]
    bare = [sys.executable, "-c", ""]

    def run(arguments: list[str]) -> float:
        return seconds(lambda: subprocess.run(arguments, check=True, capture_output=True))

    ours, _ = in_turns(lambda: run(command), lambda: run(bare), pairs=9)
    return Figure("kernelbook --help", ours, None, most=0.3)


def child() -> Figure:
    """A child shut in, ready and ended again, against a bare fork of the same server."""
    with Sandbox(leave_one_out("msgrcv"), "inside") as sandbox:

        def shut_in() -> None:
            with sandbox.child():
                pass

        ours, other = in_turns(lambda: seconds(shut_in), sandbox.bare_fork, pairs=41)
    return Figure("a sandboxed child against a bare fork", ours, other, most=4)
