"""The judge, asked from outside: one child for the scenarios of many students.

There is no code of theirs in it, only data, and no run of theirs leaves anything behind for the
next; so the kernels are compiled once, and what is known of equal calls is found once.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from autograder.sandbox import Child, ChildFailed, Limits, Sandbox, SandboxLost, Tier

if TYPE_CHECKING:
    from autograder.breaking.kernels import Kernels

LIMITS = Limits(cpu=30, wall=120.0)  # of the judge's child
DEADLINE = 100.0  # seconds for one answer, on a machine that may be busy
MOST_MEMORY = 200  # MiB: who had more at any time might have run out of it, and is replaced


class Judge:
    """The judge's sandbox and the child that works in it. Threads that ask take turns."""

    def __init__(self, room: Sandbox) -> None:
        self.room = room
        self.child: Child | None = None
        self.owner = os.getpid()
        self.known: dict[str, Kernels] = {}  # what the child has been told, by the function
        self.lock = threading.Lock()

    @property
    def tier(self) -> Tier:
        """How well the sandbox isolates."""
        return self.room.tier

    def close(self) -> None:
        """Ends the child and the sandbox."""
        with self.lock:
            self._replace()
        self.room.close()

    def judged(self, those: Kernels, given: Any) -> dict[str, Any]:
        """What the judge says of scenarios on these kernels (see judge.py).

        Raises ChildFailed when a child that has judged nothing else does not come through.
        """
        with self.lock:
            if self.owner != os.getpid():  # this process was forked: that child is its parent's
                self.owner, self.child = os.getpid(), None
            while True:
                fresh = self.child is None
                try:
                    return self._asked(those, given)
                except (ChildFailed, SandboxLost):
                    self._replace()
                    if fresh:
                        raise

    def _asked(self, those: Kernels, given: Any) -> dict[str, Any]:
        if self.child is None:
            self.child, self.known = self.room.child(LIMITS), {}
        if self.known.get(those.function) is not those:
            self.child.ask(those.to_json(), DEADLINE)
            self.known[those.function] = those
        answer: Any = self.child.ask({"scenarios": given, "of": those.function}, DEADLINE)
        if answer["memory"] > MOST_MEMORY:
            self._replace()
        made: dict[str, Any] = answer
        return made

    def _replace(self) -> None:
        if self.child is not None:
            self.child.close()
            self.child = None
