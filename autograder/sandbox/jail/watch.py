"""The server's loop: forks a child for every request, watches it, and tells how it ended.

With a request come two descriptors: the child's channel, and a status socket. The report of the
child's end goes to the status socket; when the grader's end of it closes, the child is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from . import wire

_BARE_FORKS = 30
_DESCRIPTORS = 2

Live = Callable[[int, wire.Quota], NoReturn]


@dataclass
class Running:
    status: socket.socket
    deadline: float  # on the monotonic clock
    killed: str = ""  # why the server killed it: "asked" or "wall"


class Server:
    """Serves `control` until it closes or the grader ends; `live` is a child's life."""

    def __init__(self, control: socket.socket, grader: int | None, live: Live) -> None:
        self._control, self._grader, self._live = control, grader, live
        self._running: dict[int, Running] = {}
        self._wake, self._bell = socket.socketpair()
        self._wake.setblocking(False)
        self._bell.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        self._poll = select.poll()
        for source in (control.fileno(), self._wake.fileno(), grader):
            if source is not None:
                self._poll.register(source, select.POLLIN)

    def serve(self) -> NoReturn:
        while True:
            for source, _ in self._poll.poll(self._milliseconds()):
                if source == self._control.fileno():
                    self._request()
                elif source == self._grader:
                    self._end()
                elif source == self._wake.fileno():
                    self._wake.recv(1 << 12)
                else:
                    self._hung_up(source)
            self._kill_overdue()
            self._reap()

    def _milliseconds(self) -> float | None:
        deadlines = [child.deadline for child in self._running.values() if not child.killed]
        if not deadlines:
            return None
        return max(0.0, min(deadlines) - time.monotonic()) * 1000 + 1

    def _request(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._control, wire.QUOTA_BYTES, _DESCRIPTORS)
        if len(message) < wire.QUOTA_BYTES or len(descriptors) < _DESCRIPTORS:
            self._end()
        channel, status = descriptors[0], socket.socket(fileno=descriptors[1])
        quota = wire.quota(message)
        try:
            if quota == wire.MEASURE:
                self._tell(status, bare=_bare_fork())
            else:
                self._fork(channel, status, quota)
        except OSError as error:
            self._tell(status, failed=f"cannot fork: {error}")
        finally:
            os.close(channel)

    def _fork(self, channel: int, status: socket.socket, quota: wire.Quota) -> None:
        pid = os.fork()
        if pid == 0:
            self._live(channel, quota)
        self._running[pid] = Running(status, time.monotonic() + quota.wall)
        self._poll.register(status, select.POLLIN)

    def _hung_up(self, source: int) -> None:
        self._poll.unregister(source)
        for pid, child in self._running.items():
            if child.status.fileno() == source:
                self._kill(pid, child, "asked")

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for pid, child in self._running.items():
            if not child.killed and now >= child.deadline:
                self._kill(pid, child, "wall")

    def _kill(self, pid: int, child: Running, why: str) -> None:
        child.killed = child.killed or why
        os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still this child's

    def _reap(self) -> None:
        while self._running:
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._running.pop(pid)
            with contextlib.suppress(KeyError):  # unregistered when the grader hung up
                self._poll.unregister(child.status)
            seconds = used.ru_utime + used.ru_stime
            self._tell(child.status, status=status, cpu=seconds, killed=child.killed)

    def _tell(self, to: socket.socket, **report: object) -> None:
        with to, contextlib.suppress(OSError):  # the grader may have stopped listening
            to.sendall(json.dumps(report).encode())

    def _end(self) -> NoReturn:
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)


def _bare_fork() -> float:
    """Seconds from a fork to the end of a child that does nothing, the median of some."""
    times = []
    for _ in range(_BARE_FORKS):
        start = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        times.append(time.perf_counter() - start)
    return statistics.median(times)
