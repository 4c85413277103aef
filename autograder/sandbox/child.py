"""One child as the grader sees it: it is asked, and answers in time and in size, or it is over."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from typing import Any, NoReturn, Self

from . import answers
from .endings import Limits, ended
from .errors import (
    AnswerTooLarge,
    BadAnswer,
    ChildDied,
    ChildFailed,
    ChildLooped,
    SandboxError,
    SandboxLost,
)
from .jail.wire import ANSWER, LENGTH, RAISED, READY
from .launch import QUIETLY

_READ = 1 << 16  # bytes at a time, so the most that is read past a limit
_GRACE = 0.5  # seconds for a child that closed its channel to have ended
_REPORT = 5.0  # seconds for the server to report an end that it was asked for


class Child:
    """A process in the sandbox with a channel of its own. Threads that ask it take turns."""

    def __init__(self, channel: socket.socket, status: socket.socket, limits: Limits) -> None:
        self._channel, self._status, self._limits = channel, status, limits
        channel.setblocking(False)
        self._ready = select.poll()
        self._ready.register(channel, select.POLLIN)
        self._lock = threading.Lock()
        self._over = ""  # why there is nothing more to ask

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def ask(self, request: object, deadline: float | None = None) -> object:
        """What `handle(request)` answers within `deadline` seconds, or else Limits.wall.

        ChildLooped     no answer in time, or the child's processor or wall time is used up
        ChildDied       it ended; `how` says how
        AnswerTooLarge  longer than Limits.answer; none of it was read
        BadAnswer       not an answer, or `handle` raised; then the child can be asked again
        """
        return answers.parse(self.answer(json.dumps(request).encode(), deadline))

    def answer(self, question: bytes, deadline: float | None = None) -> bytes:
        """The same for a question in JSON: the answer's text as it came, not read."""
        seconds = self._limits.wall if deadline is None else deadline
        with self._lock:
            if self._over:
                raise ChildDied(self._over)
            try:
                kind, text = self._exchange(question, time.monotonic() + seconds)
            except ChildFailed as error:
                self._end(f"was ended after an earlier question ({type(error).__name__})")
                raise
            except BaseException:
                self._end("was ended after an earlier question")
                raise
        if kind == RAISED:
            raise BadAnswer(f"It raised {answers.words(text)}")
        return text

    def close(self) -> None:
        """Ends the child, whatever it is doing."""
        self._hang_up()
        with self._lock:
            self._end("was closed")

    def wait_until_ready(self) -> None:
        """SandboxError if it could not be shut in; nothing of a submission has run in it then."""
        try:
            kind, text = self._frame(time.monotonic() + self._limits.wall)
        except ChildFailed as error:
            self._end("did not start")
            raise SandboxError(f"A child of the sandbox did not start: {error}") from error
        except BaseException:
            self._end("did not start")
            raise
        if kind != READY:
            self._end("did not start")
            raise SandboxError(f"A child could not be shut in: {answers.words(text)}")

    def _exchange(self, question: bytes, until: float) -> tuple[bytes, bytes]:
        self._refuse_early_answers()
        left = memoryview(LENGTH.pack(len(question)) + question)
        try:
            while left:
                try:
                    left = left[self._channel.send(left, QUIETLY) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT, until, "did not take the question in time")
        except OSError:
            self._died()
        kind, text = self._frame(until)
        if kind not in (ANSWER, RAISED):
            raise BadAnswer(_NO_FRAME)
        return kind, text

    def _refuse_early_answers(self) -> None:
        if not self._ready.poll(0):
            return
        try:
            early = self._channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            early = b""
        if early:
            raise BadAnswer("An answer came before its question.")
        self._died()

    def _frame(self, until: float) -> tuple[bytes, bytes]:
        """The kind and text of one frame. What is over the limit is refused without reading it."""
        data = bytearray()
        size = LENGTH.size
        while len(data) < size:
            data += self._read(until)
            if size == LENGTH.size <= len(data):
                (length,) = LENGTH.unpack_from(data)
                size += length
                if length > self._limits.answer + 1:
                    most = self._limits.answer
                    raise AnswerTooLarge(f"The answer has {length - 1} bytes; {most} are allowed.")
        if len(data) > size or size == LENGTH.size:
            raise BadAnswer(_NO_FRAME)
        return bytes(data[LENGTH.size : LENGTH.size + 1]), bytes(data[LENGTH.size + 1 :])

    def _read(self, until: float) -> bytes:
        try:
            self._wait(select.POLLIN, until, "did not answer in time")
            part = self._channel.recv(_READ)
        except OSError:
            part = b""
        if not part:
            self._died()
        return part

    def _wait(self, event: int, until: float, late: str) -> None:
        """Until the channel can be read, or written to; ChildLooped when that takes too long."""
        ready = self._ready
        if event != select.POLLIN:
            ready = select.poll()
            ready.register(self._channel, event)
        if not ready.poll(max(0.0, until - time.monotonic()) * 1000 + 1):
            raise ChildLooped(late)

    def _died(self) -> NoReturn:
        """The channel is closed: raises how the child ended, as the server saw it."""
        report = self._report(_GRACE)
        if report is None:
            self._hang_up()
            report = self._report(_REPORT)
        if not report:
            raise SandboxLost("The sandbox's server has ended; the next child gets a new one.")
        raise ended(report, self._limits)

    def _report(self, seconds: float) -> dict[str, Any] | None:
        """How the child ended: None if the server has not said yet, {} if it never will."""
        self._status.settimeout(seconds)
        try:
            text = self._status.recv(_READ)
        except TimeoutError:
            return None
        except OSError:
            text = b""
        report: dict[str, Any] = json.loads(text) if text else {}
        return report

    def _hang_up(self) -> None:
        """Has the server kill the child, if it has not ended."""
        with contextlib.suppress(OSError):  # the server may have closed its end already
            self._status.shutdown(socket.SHUT_WR)

    def _end(self, why: str) -> None:
        if not self._over:
            self._over = why
            self._hang_up()
            self._channel.close()
            self._status.close()


_NO_FRAME = "What came is not a frame of the protocol."
