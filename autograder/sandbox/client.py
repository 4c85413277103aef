"""The grader's side: a sandbox is one server, started when needed and replaced if it ends."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from . import launch, syscalls, tiers
from .child import Child
from .endings import Limits
from .errors import SandboxError
from .jail import wire

_MEASURE_SECONDS = 60.0


class Sandbox:
    """Runs code that nobody trusts, with the modules under `root`, the standard library, no more.

    In each child `module.handle(request)` answers questions. The server imports `preload` and
    `module` once, closed in already. `root` holds real files: a link out of it may lead nowhere.
    `tier` says what holds. NotIsolated if that is too little, unless `allow_unisolated`, which
    warns instead.
    """

    def __init__(
        self,
        root: Path | str,
        module: str = "inside",
        preload: Sequence[str] = (),
        *,
        allow_unisolated: bool = False,
    ) -> None:
        self.tier = tiers.probe()
        if not allow_unisolated:
            self.tier.require_isolated()
        elif not self.tier.isolated:
            warnings.warn(
                f"NOT ISOLATED: student code runs on tier {self.tier.name!r}, for demonstration",
                RuntimeWarning,
                stacklevel=2,
            )
        self._root = Path(root).resolve()
        if not self._root.is_dir():
            raise SandboxError(f"{self._root} is not a folder: make it, with {module}.py in it.")
        self._module, self._preload = module, list(preload)
        self._lock = threading.Lock()
        self._server: launch.Server | None = None
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        with self._lock:
            self._control()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server and every child."""
        with self._lock:
            self._stop()

    def child(self, limits: Limits | None = None) -> Child:
        """A new process, shut in and ready. SandboxLost if no server will start."""
        limits = limits or Limits()
        child = Child(*self._request(limits.quota()), limits)
        child.wait_until_ready()
        return child

    def bare_fork(self) -> float:
        """Seconds from a fork of the server, doing nothing, to its end: a child's yardstick."""
        channel, status = self._request(wire.MEASURE)
        with channel, status:
            status.settimeout(_MEASURE_SECONDS)
            return float(launch.hear(status)["bare"])

    def _request(self, quota: wire.Quota) -> tuple[socket.socket, socket.socket]:
        """Our ends of a new child's channel and status socket."""
        channel, childs = socket.socketpair()
        status, servers = socket.socketpair()
        with childs, servers, contextlib.ExitStack() as undo:
            undo.callback(channel.close)
            undo.callback(status.close)
            message, descriptors = [quota.pack()], [childs.fileno(), servers.fileno()]
            with self._lock:
                try:
                    socket.send_fds(self._control(), message, descriptors)
                except OSError:  # it has ended since the last time
                    self._stop()
                    socket.send_fds(self._control(), message, descriptors)
            undo.pop_all()
        return channel, status

    def _control(self) -> socket.socket:
        """The socket to a running server."""
        if self._server and self._owner != os.getpid():
            self._server[1].close()  # this process was forked: that server is its parent's
            self._server = None
        if self._server and self._server[0].poll() is not None:
            self._stop()
        if self._server is None:
            self._owner = os.getpid()
            self._server = self._start()
        return self._server[1]

    def _start(self) -> launch.Server:
        mechanisms = [name for name, holds in self.tier.mechanisms.items() if holds]
        program = syscalls.program() if "seccomp" in mechanisms else b""
        server, reply = launch.start(
            {
                "task": "serve",
                "root": str(self._root),
                "module": self._module,
                "preload": self._preload,
                "mechanisms": mechanisms,
                "filter": launch.text_of(program),
            }
        )
        for name, why in reply["missing"].items():
            self.tier = self.tier.without(name, why)
        return server

    def _stop(self) -> None:
        if self._server:
            launch.stop(self._server)
            self._server = None
