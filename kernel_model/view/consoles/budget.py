"""A budget of processor time for a learner's functions: one that does not end is stopped."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 2.0  # that one call may compute; a right function needs some microseconds
AGAIN = 0.02  # seconds until a function that handled its own end is stopped once more


class EndlessLoop(BaseException):
    """The function did not come to an end; not an Exception, which handlers often keep."""


@contextmanager
def budget() -> Iterator[None]:
    """Raises EndlessLoop in what has computed for so long.

    Only where the system has such a clock (not on Windows, not in a browser) and in the main
    thread, where a notebook's kernel answers its pages; elsewhere it must be interrupted by hand.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        where = f", in line {frame.f_lineno} of {frame.f_code.co_name}" if frame else ""
        raise EndlessLoop(f"it did not come to an end in {SECONDS:g} seconds{where}")

    before = signal.signal(signal.SIGVTALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
