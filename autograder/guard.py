"""Guarding a call of a learner's function: endless loops are stopped, forgotten awaits are noted.

Only the learner's own lines count, so that a library that works hard is not taken for a loop.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from traceback import clear_frames
from types import FrameType
from typing import Any

from autograder.words import cell_of
from kernel_model.kernel import Kernel
from kernel_model.targets import Outcome
from kernel_model.targets.model import ModelTarget, own
from kernel_model.unawaited import MOST, NotAwaited, Unawaited, given_back

LINES = 200_000  # of the learner's own that one case may run; a right function needs some hundred
STEPS = 10  # of the interpreter that count for a line in a loop of one line, which begins none
SECONDS = 10.0  # of processor time for what runs no lines, such as one endless expression
AGAIN = 0.02  # seconds until a function that handled its own end is stopped once more
OURS = str(Path(__file__).parent)


class EndlessLoop(BaseException):
    """The function did not come to an end; not an Exception, so that no handler keeps it."""


class Guard:
    """While it is entered, counts lines and watches for what is not awaited; one for each case."""

    def __init__(self, lines: int = LINES, seconds: float = SECONDS) -> None:
        self.lines, self.left, self.steps = lines, lines, STEPS * lines
        self.seconds = seconds
        self.unawaited = Unawaited()
        self._before: Any = None  # tracer and handler of whoever was there first
        self._handler: Any = None
        self._alarm = False

    def __enter__(self) -> Guard:
        self.unawaited.__enter__()
        self._before = sys.gettrace()
        main = threading.current_thread() is threading.main_thread()
        self._alarm = main and hasattr(signal, "setitimer")  # Windows has none
        if self._alarm:
            self._handler = signal.signal(signal.SIGVTALRM, self._ring)
            signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds, AGAIN)
        sys.settrace(self._enter)
        return self

    def __exit__(self, *error: object) -> None:
        self.off()

    def off(self) -> None:
        """Ends the watch; may be called twice, as when the alarm rings while it ends."""
        if self._alarm:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, self._handler or signal.SIG_DFL)
        sys.settrace(self._before)
        self.unawaited.__exit__()

    def _enter(self, frame: FrameType, what: str, arg: Any) -> Any:
        if not learners(frame.f_code.co_filename):
            return None
        frame.f_trace_opcodes = True
        return self._count

    def _count(self, frame: FrameType, what: str, arg: Any) -> Any:
        self.left -= what == "line"
        self.steps -= what == "opcode"
        if self.left < 0 or self.steps < 0:
            if self._alarm:  # Python stops tracing now, and somebody may handle this
                signal.setitimer(signal.ITIMER_VIRTUAL, AGAIN, AGAIN)
            raise EndlessLoop(self._words(frame))
        if self.unawaited.count >= MOST:  # else stopped there, unless this tracer was in the way
            raise NotAwaited(self.unawaited.words())
        return self._count

    def _ring(self, number: int, frame: FrameType | None) -> None:
        while frame is not None and not learners(frame.f_code.co_filename):
            frame = frame.f_back
        raise EndlessLoop(self._words(frame))

    def _words(self, frame: FrameType | None) -> str:
        ran = f"{self.seconds:g} seconds"
        if self.left < 0:
            ran = f"{self.lines:,} lines"
        elif self.steps < 0:
            ran = f"{STEPS * self.lines:,} steps"
        if frame is None:
            return f"it ran for {ran} and did not come to an end"
        cell = cell_of(frame.f_code.co_filename)
        where = f"line {frame.f_lineno}{f' of cell {cell}' if cell else ''}"
        name = frame.f_code.co_name
        who = "it" if name.startswith("<") else name  # <genexpr>, <lambda>
        return f"{who} ran for {ran} and did not come to an end; {where} was next"


@cache
def learners(file: str) -> bool:
    """Is code of this file a learner's?"""
    return own(file) and not file.startswith(OURS)


class GuardedTarget(ModelTarget):
    """The model with a learner's function in it: what would hang or be silent becomes an outcome.

    Derived, against our habit, since it is a ModelTarget but for two answers.
    """

    def __init__(self, prepare: Callable[[Kernel], None], guard: Guard | None = None) -> None:
        super().__init__("classic", prepare)
        self.guard = guard or Guard()

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        """Makes the call, within the guard."""
        try:
            with self.guard:
                try:
                    return told(super().call(proc, call, args))
                except (EndlessLoop, NotAwaited) as stop:
                    clear_frames(stop.__traceback__)  # drops what is not awaited in them
                    raise
        except (EndlessLoop, NotAwaited) as stop:
            self.guard.off()
            return {"raised": str(stop), "clause": True}

    def finished(self, proc: str) -> Outcome | None:
        """What became of the call that slept."""
        outcome = super().finished(proc)
        return None if outcome is None else told(outcome)


def told(outcome: Outcome) -> Outcome:
    """The outcome with the cell of an exception, and with words for what no call gives back."""
    sentence = given_back(outcome.get("ret"))
    if sentence:
        return {"raised": f"it gives back a coroutine: {sentence}", "clause": True}
    if "raised" in outcome:
        return outcome | {"cell": cell_of(outcome.get("file"))}
    return outcome
