"""Coroutines that are made but never awaited: nothing of them runs, a loop around one is endless.

Python warns of them when they are dropped. `Unawaited` takes those warnings and keeps the names.
"""

from __future__ import annotations

import re
import sys
import warnings
from inspect import isawaitable
from types import FrameType
from typing import Any, TextIO

MOST = 100  # dropped in one call; no right function drops so many
WARNING = re.compile(r"coroutine '(.*)' was never awaited")
HERE = (__file__, warnings.__file__)


class NotAwaited(BaseException):
    """Ends a loop that drops one coroutine after another; not an Exception, so that no handler
    keeps it. Says what was not awaited.
    """


class Unawaited:
    """While it is entered, keeps the names of the coroutines that are dropped un-awaited.

    The function that drops the MOSTth of them is stopped by NotAwaited at its next line.
    """

    def __init__(self) -> None:
        self.names: list[str] = []  # in the order of their first drop
        self.count = 0
        self._kept: warnings.catch_warnings[Any] | None = None  # entered
        self._show = warnings.showwarning

    def __enter__(self) -> Unawaited:
        self._kept = warnings.catch_warnings()
        self._kept.__enter__()
        warnings.filterwarnings("always", WARNING.pattern, RuntimeWarning)
        self._show = warnings.showwarning
        warnings.showwarning = self._note
        return self

    def __exit__(self, *error: object) -> None:
        if self._kept is not None:
            self._kept.__exit__(None, None, None)
            self._kept = None

    def clear(self) -> None:
        """Forgets what was dropped so far."""
        self.names.clear()
        self.count = 0

    def words(self) -> str:
        """What there is to say, in a sentence without its full stop; "" if nothing was dropped."""
        return sentence(self.names[0]) if self.names else ""

    def _note(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        found = WARNING.fullmatch(str(message))
        if found is None:
            self._show(message, category, filename, lineno, file, line)
            return
        name = found[1].rpartition(".")[2]
        if name not in self.names:
            self.names.append(name)
        self.count += 1
        if self.count % MOST == 0:
            self._stop(sys._getframe(1))

    def _stop(self, frame: FrameType | None) -> None:
        """Has the function that dropped it raise at its next line, as a debugger would stop it.

        This runs while a coroutine is deleted, where Python would lose an exception.
        """
        while frame is not None and frame.f_code.co_filename in HERE:
            frame = frame.f_back
        if frame is None:
            return
        words = self.words()

        def stop(frame: FrameType, what: str, arg: Any) -> Any:
            raise NotAwaited(words)

        frame.f_trace = stop
        if sys.gettrace() is None:
            sys.settrace(lambda frame, what, arg: None)


def sentence(name: str) -> str:
    """What is wrong with a call of the coroutine function of this name."""
    what = "nothing sleeps" if name == "sleep" else "nothing of it runs"
    return f"{name}(...) was called without await: {what}"


def given_back(value: Any) -> str:
    """The same of something awaitable that a function gave back un-awaited; "" of anything else."""
    if not isawaitable(value):
        return ""
    close = getattr(value, "close", None)
    if close is not None:
        close()  # else Python would warn of it again
    return sentence(str(getattr(value, "__name__", type(value).__name__)))
