"""One child as the grader sees it: it is asked, it answers in time and in size, or it is over."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, Self

from . import answers
from .errors import (
    AnswerTooLarge,
    BadAnswer,
    ChildDied,
    ChildFailed,
    ChildLooped,
    SandboxError,
    SandboxLost,
)
from .jail.wire import ANSWER, LENGTH, RAISED, READY, SHOWN, Quota

_READ = 1 << 16
_GRACE = 0.1  # seconds for a child that closed its channel to have ended
_REPORT = 5.0  # seconds for the server to report an end that it was asked for


@dataclass(frozen=True)
class Limits:
    """What one child may use."""

    cpu: int = 5  # whole seconds of processor time
    wall: float = 20.0  # seconds from its start to its end, waiting for questions included
    memory: int = 512 << 20  # bytes of address space, of which an idle child takes some 60 MiB
    answer: int = 1 << 20  # bytes of one answer

    def quota(self) -> Quota:
        return Quota(max(1, self.cpu), self.wall, self.memory)


class Child:
    """A process in the sandbox, with a channel of its own. Several threads may ask; they take turns."""

    def __init__(self, channel: socket.socket, status: socket.socket, limits: Limits) -> None:
        self._channel, self._status, self._limits = channel, status, limits
        self._lock = threading.Lock()
        self._over = ""  # why there is nothing more to ask

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, request: object, deadline: float | None = None) -> object:
        """What `handle(request)` answers, within `deadline` seconds (the child's whole time if none is given).

        ChildLooped     no answer in time, or the child's processor or wall time is used up
        ChildDied       it ended; `how` says how
        AnswerTooLarge  longer than Limits.answer; nothing of it was read
        BadAnswer       not an answer, or `handle` raised; after the latter the child can be asked again
        """
        question = json.dumps(request).encode()
        with self._lock:
            if self._over:
                raise ChildDied(self._over)
            try:
                kind, text = self._exchange(
                    question, self._limits.wall if deadline is None else deadline
                )
            except ChildFailed as error:
                self._end(f"had been stopped before ({type(error).__name__})")
                raise
            except BaseException:
                self._end("had been stopped before")
                raise
        if kind == RAISED:
            raise BadAnswer(f"It raised {text[:SHOWN].decode('utf-8', 'replace')}")
        return answers.parse(text)

    def close(self) -> None:
        """Ends the child, whatever it is doing."""
        with self._lock:
            self._end("has been closed")

    def wait_until_ready(self) -> None:
        """SandboxError if the child could not shut itself in; nothing of a submission has run in it then."""
        until = time.monotonic() + self._limits.wall
        try:
            kind, text = self._frame(until)
        except ChildFailed as error:
            self._end("did not start")
            raise SandboxError(f"A child of the sandbox did not start: {error}") from error
        except BaseException:
            self._end("did not start")
            raise
        if kind == READY:
            return
        self._end("did not start")
        raise SandboxError(f"A child could not be shut in: {text.decode('utf-8', 'replace')}")

    def _exchange(self, question: bytes, seconds: float) -> tuple[bytes, bytes]:
        until = time.monotonic() + seconds
        with contextlib.suppress(BlockingIOError):
            self._channel.setblocking(False)
            if self._channel.recv(1, socket.MSG_PEEK):
                raise BadAnswer("An answer came before the question.")
            self._died()
        try:
            self._channel.settimeout(_left(until))
            self._channel.sendall(LENGTH.pack(len(question)) + question)
        except TimeoutError:
            raise ChildLooped(f"did not take the question within {seconds:g} s") from None
        except OSError:
            self._died()
        kind, text = self._frame(until)
        if kind not in (ANSWER, RAISED):
            raise BadAnswer("What came is not a frame of the protocol.")
        return kind, text

    def _frame(self, until: float) -> tuple[bytes, bytes]:
        """One frame: its kind and text. More than one, or one over the limit, is refused without being read."""
        data = bytearray()
        size = LENGTH.size
        while len(data) < size:
            data += self._read(until)
            if size == LENGTH.size <= len(data):
                (length,) = LENGTH.unpack_from(data)
                if length > self._limits.answer + 1:
                    raise AnswerTooLarge(
                        f"The answer has {length - 1} bytes; at most {self._limits.answer} are read."
                    )
                size += length
        if len(data) > size or size == LENGTH.size:
            raise BadAnswer("What came is not a frame of the protocol.")
        return bytes(data[LENGTH.size : LENGTH.size + 1]), bytes(data[LENGTH.size + 1 :])

    def _read(self, until: float) -> bytes:
        try:
            self._channel.settimeout(_left(until))
            part = self._channel.recv(_READ)
        except TimeoutError:
            raise ChildLooped("did not answer in time") from None
        except OSError:
            part = b""
        if not part:
            self._died()
        return part

    def _died(self) -> NoReturn:
        """The channel is closed: raises how the child ended, as the server saw it."""
        report = self._report(_GRACE)
        closed = report is None
        if report is None:
            self._hang_up()
            report = self._report(_REPORT)
        if not report:
            raise SandboxLost("The sandbox's server has ended; the next child gets a new one.")
        if "failed" in report:
            raise SandboxError(f"The sandbox's server {report['failed']}.")
        if closed and report["killed"] == "asked":
            raise ChildDied("closed its channel to the grader")
        raise ended(report, self._limits)

    def _report(self, seconds: float) -> dict[str, Any] | None:
        """The server's words on how the child ended: None if there are none yet, {} if there will be none."""
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
        with contextlib.suppress(OSError):  # the server may have closed it already
            self._status.shutdown(socket.SHUT_WR)

    def _end(self, why: str) -> None:
        if not self._over:
            self._over = why
            self._hang_up()
            self._channel.close()
            self._status.close()


def ended(report: dict[str, Any], limits: Limits) -> ChildDied:
    """The exception for a child's end, from its wait status, its processor time and why it was killed, if it was."""
    code = -1
    if report["killed"] == "wall":
        return ChildLooped(f"was still running after its {limits.wall:g} s")
    number = report["status"] & 0x7F
    if number == 0:
        code = report["status"] >> 8
        return ChildDied(f"called os._exit({code})")
    if number == signal.SIGXCPU or (number == signal.SIGKILL and report["cpu"] >= limits.cpu):
        return ChildLooped(f"used up its {limits.cpu} s of processor time (CPU limit)")
    doubt = " (out of memory?)" if number == signal.SIGKILL else ""
    return ChildDied(f"ended by {_name(number)}{doubt}")


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _left(until: float) -> float:
    return max(1e-6, until - time.monotonic())  # zero would mean not to wait at all
