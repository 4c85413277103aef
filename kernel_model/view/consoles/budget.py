"""A budget of lines for a learner's functions: one that does not end is stopped.

One that handles every exception inside its loop, and so this one, must be interrupted by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from kernel_model.targets.model import own

LINES = 200_000  # that one call may run; a right function needs some hundred


class EndlessLoop(BaseException):
    """The function did not come to an end; not an Exception, which handlers often keep."""


@contextmanager
def budget(lines: int = LINES) -> Iterator[None]:
    """Raises EndlessLoop when code that is not of this package has run for so many lines."""
    left = lines

    def enter(frame: FrameType, what: str, arg: Any) -> Any:
        return count if own(frame.f_code.co_filename) else None

    def count(frame: FrameType, what: str, arg: Any) -> Any:
        nonlocal left
        left -= what == "line"
        if left < 0:
            raise EndlessLoop(
                f"{frame.f_code.co_name} ran for {lines:,} lines and did not come to an end; "
                f"line {frame.f_lineno} was next"
            )
        return count

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)
