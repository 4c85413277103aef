"""What goes over the sockets between grader, server and child; known to both sides.

To a child: a question's length in four bytes, the question. From a child: the length in four
bytes, a kind in one, a text.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

LENGTH = struct.Struct("!I")
READY, ANSWER, RAISED, UNCONFINED = b"R", b"A", b"E", b"X"
SHOWN = 1000  # characters of an error's text

UNCONFINED_STATUS, LOST_CHANNEL = 70, 71  # how a child exits


class Quota(NamedTuple):
    """What a child may use; packed, the message that asks the server for one."""

    cpu: int  # seconds of processor time
    wall: float  # seconds from fork to the end
    memory: int  # bytes of address space
    place: int = -1  # the processor that it runs on; -1: any

    def pack(self) -> bytes:
        return _QUOTA.pack(*self)


_QUOTA = struct.Struct("=IdQi")
QUOTA_BYTES = _QUOTA.size
MEASURE = Quota(0, 0.0, 0)  # asks for the time of a bare fork instead of a child


def quota(message: bytes) -> Quota:
    return Quota(*_QUOTA.unpack(message))
