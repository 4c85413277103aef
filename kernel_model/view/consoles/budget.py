"""A budget of steps for a learner's functions: one that does not end is stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from kernel_model.targets.model import own

STEPS = 2_000_000  # instructions of Python that one call may run; a right function needs thousands


class EndlessLoop(BaseException):
    """The function did not come to an end; not an Exception, which handlers often keep."""


@contextmanager
def budget() -> Iterator[None]:
    """Raises EndlessLoop in code that is not of this package, when it has run for so many steps.

    Instructions are counted, not lines: a loop on one line has no second line. No signal is used:
    a notebook's kernel may answer its pages in a thread, where none arrives. What waits without
    running anything, or handles this in its loop, is not stopped.
    """
    left = STEPS

    def enter(frame: FrameType, what: str, arg: Any) -> Any:
        if not own(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = True
        return count

    def count(frame: FrameType, what: str, arg: Any) -> Any:
        nonlocal left
        left -= what == "opcode"
        if left < 0:
            raise EndlessLoop(
                f"{frame.f_code.co_name} did not come to an end; line {frame.f_lineno} was next"
            )
        return count

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)
