"""Ports for servers that tests start."""

import secrets
import socket
from contextlib import suppress


def free_port() -> int:
    """A port of the loopback that nobody listens on.

    The system gives ports from 32768 on to whoever asks for any: until the server that is started
    now listens on its own, one of those could be somebody else's.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
