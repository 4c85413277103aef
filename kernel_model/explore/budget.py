"""Code that runs on without an end is stopped after so many instructions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

from kernel_model.explore.cells import LockError

INSTRUCTIONS = 500_000  # in one step; the longest that makes sense has a few thousand
SECONDS = 10  # for one step that stays in one instruction: sum(iter(int, 1))
T = TypeVar("T")
alarm: Callable[[int], object] | None = None  # what ends this process after so many seconds; 0: not


class Endless(LockError):
    """A step that does not end."""


def bounded(work: Callable[..., T], *args: Any, by_lines: bool = False) -> T:
    """What `work` gives; raises Endless when it takes more than INSTRUCTIONS instructions.

    `by_lines` counts lines, which is several times faster and misses a loop inside one expression.
    """
    left = INSTRUCTIONS

    def watch(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Endless(
                f"line {frame.f_lineno} runs on without end: between two awaits a lock must "
                f"come to an end (stopped after {INSTRUCTIONS:,} instructions)"
            )
        if event == "call" and not by_lines:  # not every round of a loop is a new line
            frame.f_trace_opcodes = True
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    if alarm is not None:
        alarm(SECONDS)
    try:
        return work(*args)
    finally:
        sys.settrace(before)
        if alarm is not None:
            alarm(0)
