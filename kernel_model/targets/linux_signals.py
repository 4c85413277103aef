"""Signal handlers of a worker: set by sigaction itself, every single run counted.

Python's own handler in C writes one byte for each signal into a descriptor; the bytes, not
Python's flags (which merge signals), are what is counted. A call that sleeps in C is interrupted,
or restarted, as the kernel decides.
"""

import ctypes
import os
import signal
from collections import Counter

from .linux_channel import raised
from .linux_libc import Reply, answer, prototype

_SA_RESTART, _SA_RESETHAND = 0x10000000, 0x80000000
_FLAGS = {"catch": 0, "catch_restart": _SA_RESTART, "catch_once": _SA_RESETHAND}
_WORDS = {flags: word for word, flags in _FLAGS.items()}
_DEFAULT, _IGNORE = 0, 1  # SIG_DFL, SIG_IGN
_CATCHABLE = sorted(signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})


class _Action(ctypes.Structure):
    """struct sigaction of the C library."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ulong * (128 // ctypes.sizeof(ctypes.c_ulong))),
        ("flags", ctypes.c_uint),
        ("restorer", ctypes.c_void_p),
    )


_action_p = ctypes.POINTER(_Action)
_sigaction = prototype("sigaction", ctypes.c_int, _action_p, _action_p)


def _handler_in_c() -> int:
    """Where Python's own handler is; Python has been told of every signal, and all are reset."""
    action = _Action()
    for number in _CATCHABLE:
        signal.signal(number, lambda *_: None)
        _sigaction(number, None, action)
        _sigaction(number, _Action(), None)
    return int(action.handler)


_HANDLER = _handler_in_c()


class Signals:
    """How often each signal was caught; a child's counts begin as its parent's and are its own."""

    def __init__(self) -> None:
        for number in _CATCHABLE:
            _sigaction(number, _Action(), None)
        self._runs: Counter[int] = Counter()
        self._open()

    def _open(self) -> None:
        self._read, self._write = (raised(end) for end in os.pipe())
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def reopen(self) -> None:
        """In a new child, with all signals blocked."""
        os.close(self._read)
        os.close(self._write)
        self._open()

    def collect(self) -> None:
        """Counts the runs since the last time."""
        try:
            while caught := os.read(self._read, 65536):
                self._runs.update(caught)
        except BlockingIOError:
            return

    def signal(self, number: int, word: str) -> Reply:
        """SIG_DFL, SIG_IGN, catch, catch_restart or catch_once; `prev` is the word before."""
        action, old = _Action(), _Action()
        if word in _FLAGS:
            action.handler, action.flags = _HANDLER, _FLAGS[word]
        else:
            action.handler = {"SIG_DFL": _DEFAULT, "SIG_IGN": _IGNORE}[word]
        value = _sigaction(number, action, old)
        return answer(value if value == -1 else 0, prev=_word(old))

    def sigaction(
        self, number: int, word: str, flags: int = 0, blocked: list[int] | None = None
    ) -> Reply:
        """SIG_DFL, SIG_IGN or catch, with flags and a mask; `prev` is the word before."""
        action, old = _Action(), _Action()
        action.handler = {"SIG_DFL": _DEFAULT, "SIG_IGN": _IGNORE, "catch": _HANDLER}[word]
        action.flags = flags
        action.mask[0] = sum(1 << (one - 1) for one in set(blocked or ()))
        value = _sigaction(number, action, old)
        return answer(value if value == -1 else 0, prev=_word(old))

    def sigcount(self, number: int) -> Reply:
        self.collect()
        return {"ret": self._runs[number]}


def _word(action: _Action) -> str:
    if not action.handler:
        return "SIG_DFL"
    if action.handler == _IGNORE:
        return "SIG_IGN"
    flags = action.flags & (_SA_RESTART | _SA_RESETHAND)
    return _WORDS.get(flags, "catch_once")  # with both, it is reset


def stays(number: int) -> bool:
    """A handler of this signal is set that stays after it has run, and the signal may come."""
    action = _Action()
    _sigaction(number, None, action)
    blocked = number in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return _word(action) in ("catch", "catch_restart") and not blocked
