"""Starting a clean server, hearing its first words, and ending it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from .errors import SandboxLost

SERVER = Path(__file__).with_name("server.py")

# No site, no user's site, no script's folder, no bytecode written. That is -I but for -E, which
# would take away the fixed order of sets: the same submission shall run the same every time.
_FLAGS = ["-s", "-S", "-P", "-B"]
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
_KEPT = ("LD_LIBRARY_PATH",)  # where this very Python has its own library, on some machines

_START_SECONDS = 30.0
_END_SECONDS = 2.0
_LONGEST_MESSAGE = 1 << 16

# whoever has SIGPIPE's default action does not die of a server that has gone
QUIETLY = getattr(socket, "MSG_NOSIGNAL", 0)

Server = tuple[subprocess.Popen[bytes], socket.socket]


def start(config: dict[str, Any]) -> tuple[Server, dict[str, Any]]:
    """A server that has been told `config`, with the socket to it, and its first reply.

    It is executed, not forked, so nothing of this process is in its memory; it inherits one
    descriptor and none of the environment. SandboxLost, with the reason, if it does not come up.
    """
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            server = _execute(theirs.fileno()), ours
    except OSError as error:
        ours.close()
        raise SandboxLost(f"The sandbox's server did not start: {error}") from error
    ours.settimeout(_START_SECONDS)
    try:
        ours.sendall(json.dumps(config).encode() + b"\n", QUIETLY)
        reply = hear(ours)
    except OSError as error:
        why = stop(server) or str(error)
        raise SandboxLost(f"The sandbox's server did not start: {why}") from error
    if "error" in reply:
        stop(server)
        raise SandboxLost(f"The sandbox's server could not be set up: {reply['error']}")
    return server, reply


def _execute(descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *_FLAGS, str(SERVER), str(descriptor)],
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_ENVIRONMENT | {name: os.environ[name] for name in _KEPT if name in os.environ},
        cwd="/",
        start_new_session=True,  # an interrupt at the terminal is the grader's alone
    )


def stop(server: Server) -> str:
    """Ends a server: it goes when its socket closes, and is killed if it does not.

    Returns the last line that it wrote if it failed before it was ready.
    """
    process, control = server
    with contextlib.suppress(OSError):  # it may be gone already
        control.shutdown(socket.SHUT_RDWR)
    control.close()
    try:
        _, complaint = process.communicate(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        _, complaint = process.communicate()
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def hear(source: socket.socket) -> dict[str, Any]:
    """The server's next words: one JSON object in one message. OSError if it has ended."""
    text = source.recv(_LONGEST_MESSAGE)
    if not text:
        raise OSError("it ended without a word")
    reply: dict[str, Any] = json.loads(text)
    return reply


def text_of(program: bytes) -> str:
    """A system-call filter as it goes into the configuration."""
    return base64.b64encode(program).decode()
