"""Starting a clean server and hearing its first line."""

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
_START_SECONDS = 30.0
_END_SECONDS = 2.0
_LONGEST_MESSAGE = 1 << 16


def start(config: dict[str, Any]) -> tuple[subprocess.Popen[bytes], socket.socket, dict[str, Any]]:
    """A server that has been told `config`, the socket to it, and its first reply.

    It is executed, not forked, so nothing of this process is in its memory; its environment is empty and it inherits
    one descriptor. SandboxLost if it does not come up.
    """
    ours, theirs = socket.socketpair()
    # A library path says where this very Python's own library is, on machines that need one.
    environment = {"LC_ALL": "C.UTF-8"} | {
        name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ
    }
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(SERVER), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
        )
    ours.settimeout(_START_SECONDS)
    try:
        ours.sendall(json.dumps(config).encode() + b"\n")
        reply = decoded(ours)
    except (OSError, ValueError) as error:
        stop(process, ours)
        raise SandboxLost(
            f"The sandbox's server did not start: {_complaint(process) or error}"
        ) from error
    if "error" in reply:
        stop(process, ours)
        raise SandboxLost(f"The sandbox's server could not be set up: {reply['error']}")
    return process, ours, reply


def text_of(program: bytes) -> str:
    """A filter as it goes into the configuration."""
    return base64.b64encode(program).decode()


def stop(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    """Ends a server: it goes when its socket closes, and is killed if it does not."""
    with contextlib.suppress(OSError):  # it may be gone already
        control.shutdown(socket.SHUT_RDWR)
    control.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def decoded(source: socket.socket) -> dict[str, Any]:
    """What the server says next: an object of JSON, in one message. OSError if it has ended."""
    text = source.recv(_LONGEST_MESSAGE)
    if not text:
        raise OSError("it ended without a word")
    reply: dict[str, Any] = json.loads(text)
    return reply


def _complaint(process: subprocess.Popen[bytes]) -> str:
    """The last line of what a failed server wrote, once it has ended."""
    assert process.stderr is not None
    lines = process.stderr.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
