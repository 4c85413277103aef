"""What goes over the sockets between grader, server and child; known to both sides.

Grader to child: the question's length in four bytes, then the question. Child to grader: the length in four bytes, a
kind in one, a text.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

LENGTH = struct.Struct("!I")
READY, ANSWER, RAISED, UNCONFINED = b"R", b"A", b"E", b"X"
SHOWN = 1000  # characters of an error's text


class Quota(NamedTuple):
    """Packed, the message that asks the server for a child."""

    cpu: int  # seconds of processor time
    wall: float  # seconds from fork to the end
    memory: int  # bytes of address space

    def pack(self) -> bytes:
        return _QUOTA.pack(*self)


_QUOTA = struct.Struct("=IdQ")
QUOTA_BYTES = _QUOTA.size
MEASURE = Quota(0, 0.0, 0)  # asks for the time of a bare fork instead of a child


def quota(message: bytes) -> Quota:
    return Quota(*_QUOTA.unpack(message))
