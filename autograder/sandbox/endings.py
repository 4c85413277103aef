"""What a child may use, and in words how one ended."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any

from .errors import ChildDied, ChildLooped, SandboxError
from .jail.wire import LOST_CHANNEL, Quota


@dataclass(frozen=True)
class Limits:
    """What one child may use."""

    cpu: int = 5  # whole seconds of processor time
    wall: float = 20.0  # seconds from its start to its end, waiting for questions included
    memory: int = 512 << 20  # bytes of address space, of which an idle child takes some 60 MiB
    answer: int = 1 << 20  # bytes of one answer
    place: int = -1  # the processor that it runs on; -1: any

    def quota(self) -> Quota:
        return Quota(max(1, self.cpu), self.wall, self.memory, self.place)


def ended(report: dict[str, Any], limits: Limits) -> SandboxError:
    """The exception for a server's report on a child.

    failed   instead of a child: it could not be forked
    status   as wait gives it
    cpu      seconds of processor time it took
    killed   why the server killed it: "wall", "asked" (its channel was closed), or empty
    """
    if "failed" in report:
        return SandboxError(f"The sandbox's server {report['failed']}.")
    code, number = report["status"] >> 8, report["status"] & 0x7F
    # A child that had ended by itself by the time it was killed keeps its own status.
    killed = report["killed"] if number == signal.SIGKILL else ""
    if killed == "wall":
        return ChildLooped(f"was still running after its {limits.wall:g} s")
    if number == signal.SIGXCPU or (number == signal.SIGKILL and report["cpu"] >= limits.cpu):
        return ChildLooped(f"used up its {limits.cpu} s of processor time (CPU limit)")
    if killed == "asked" or (number == 0 and code == LOST_CHANNEL):
        return ChildDied("closed its channel to the grader")
    if number == 0:
        return ChildDied(f"called os._exit({code})")
    doubt = " (out of memory?)" if number == signal.SIGKILL else ""
    return ChildDied(f"ended by {_name(number)}{doubt}")


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
