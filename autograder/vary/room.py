"""Variants tried in a process of their own, with so much memory and so much time.

`trial` stops a variant's loops, and what works on without one as soon as Python looks up. Within
one operation Python does not: `list(count())` takes all the memory there is, and `sum(count())` all
the time. So the process that tries variants has limits that the system keeps. A variant that comes
to them fails the scenario that it was at, and another process goes on behind it.

    kills(exercise, source, suite)     what trial.kills gives
"""

from __future__ import annotations

import atexit
import math
import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import lru_cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.audit.runs import Kill
from autograder.vary import trial
from kernel_model.scenario import Scenario

MEMORY = 1 << 29  # bytes of the process that tries; it needs a tenth of them
SECONDS = 3  # of processor time for one scenario; trial stops after 2 what lets itself be stopped
WAIT = 120.0  # seconds for one scenario, on a machine that may be busy
HOME = Path(__file__).parents[2]


class Room:
    """A process that tries variants."""

    def __init__(self) -> None:
        self.asked = 0
        self.door, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=HOME,
                env={**os.environ, "PYTHONHASHSEED": "0"},  # sets in one order, as in the sandbox
                start_new_session=True,
            )

    def ask(self, name: str, source: str, scenario: Scenario) -> str | None:
        """How the scenario fails with this source; EOFError or OSError if no answer comes."""
        self.asked += 1
        self.door.send((name, source, pickle.dumps(scenario)))
        if not self.door.poll(WAIT):
            raise EOFError
        how: str | None = self.door.recv()
        return how

    def close(self) -> None:
        """Ends the process."""
        self.door.close()
        self.process.kill()
        self.process.wait()


_rooms: list[Room] = []  # one at most, kept while we run


def kills(name: str, source: str, suite: Sequence[Scenario], most: int | None = None) -> list[Kill]:
    """The first scenarios that fail with this source, `most` at most; all, if it is not given."""
    found: list[Kill] = []
    for scenario in suite:
        if len(found) == most:
            break
        how = failure(name, source, scenario)
        if how is not None:
            found.append(Kill(scenario.id, scenario.topic, how))
    return found


def failure(name: str, source: str, scenario: Scenario) -> str | None:
    """How the scenario fails; None if it passes.

    Who ends a process in which others were tried gets a fresh one: they may have left too little.
    """
    while True:
        room = _rooms.pop() if _rooms else Room()
        try:
            how = room.ask(name, source, scenario)
        except (EOFError, OSError):
            room.close()
            if room.asked == 1:
                return "died"
        else:
            _rooms.append(room)
            return how


@atexit.register
def close_rooms() -> None:
    """Ends the process that this one has started."""
    while _rooms:
        _rooms.pop().close()


def serve(door: Connection) -> None:
    """Tries what comes through the door, until nobody is there."""
    bound(resource.RLIMIT_AS, MEMORY)
    while True:
        try:
            name, source, scenario = door.recv()
        except EOFError:
            return
        bound(resource.RLIMIT_CPU, math.ceil(time.process_time()) + SECONDS)
        found = trial.kills(name, source, [unpacked(scenario)])
        door.send(found[0].how if found else None)


def bound(what: int, most: int) -> None:
    """Lets this process have so much, or less where the system gives less."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


@lru_cache(maxsize=256)
def unpacked(scenario: bytes) -> Scenario:
    """The scenario, which comes again and again."""
    found: Scenario = pickle.loads(scenario)
    return found


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
