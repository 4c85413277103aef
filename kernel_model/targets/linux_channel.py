"""Packets of JSON over a stream socket, with descriptors beside them.

So talk all parts of the Linux target: driver, holder and workers.
"""

import contextlib
import fcntl
import json
import os
import select
import socket
import struct
from typing import Any

HIGH = 200  # descriptors of our own lie up here: a scenario's own begin at 3
_LENGTH = struct.Struct("!I")
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid
_ROOM = socket.CMSG_SPACE(64 * 4) + socket.CMSG_SPACE(_CREDENTIALS.size)


class Channel:
    """One end; `sender` is the process id of the last packet's sender, as this process sees it."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self.sender = 0

    @classmethod
    def from_descriptor(cls, descriptor: int) -> "Channel":
        """The end behind `descriptor`, moved up to where our own descriptors lie."""
        return cls(socket.socket(fileno=raised(descriptor)))

    def fileno(self) -> int:
        return self.end.fileno()

    def send(self, packet: Any, descriptors: tuple[int, ...] = ()) -> None:
        """Sends one packet; raises OSError when nobody is at the other end."""
        body = json.dumps(packet).encode()
        data = _LENGTH.pack(len(body)) + body
        if descriptors:
            sent = socket.send_fds(self.end, [data], descriptors, socket.MSG_NOSIGNAL)
        else:
            sent = self.end.send(data, socket.MSG_NOSIGNAL)
        self.end.sendall(data[sent:], socket.MSG_NOSIGNAL)

    def receive(self) -> tuple[Any, list[int]] | None:
        """The next packet and the descriptors beside it; None when the other end is gone."""
        descriptors: list[int] = []
        head = b""
        with contextlib.suppress(ConnectionResetError):
            while len(head) < _LENGTH.size:
                part, extras, _, _ = self.end.recvmsg(
                    _LENGTH.size - len(head), _ROOM, socket.MSG_CMSG_CLOEXEC
                )
                if not part:
                    return None
                head += part
                self._extras(extras, descriptors)
            body = b""
            missing = _LENGTH.unpack(head)[0]
            while missing and (part := self.end.recv(min(missing, 1 << 20))):
                body += part
                missing -= len(part)
            if not missing:
                return json.loads(body), descriptors
        return None

    def _extras(self, extras: list[tuple[int, int, bytes]], descriptors: list[int]) -> None:
        for level, kind, data in extras:
            if level != socket.SOL_SOCKET:
                continue
            if kind == socket.SCM_RIGHTS:
                descriptors += struct.unpack(f"{len(data) // 4}i", data)
            elif kind == socket.SCM_CREDENTIALS:
                self.sender = _CREDENTIALS.unpack(data)[0]

    def ready(self, seconds: float) -> bool:
        """A packet, or the end of all packets, is there within so many seconds."""
        return ready(self.fileno(), seconds)

    def ended(self) -> bool:
        """The other end is gone and has left nothing to read; to be asked once ready."""
        try:
            return not self.end.recv(1, socket.MSG_PEEK)
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.end.close()


def raised(descriptor: int) -> int:
    """`descriptor` moved up to where our own lie, closed by exec."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(descriptor)
    return high


def ready(descriptor: int, seconds: float) -> bool:
    """`descriptor` can be read within so many seconds."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def pair() -> tuple[Channel, Channel]:
    """Two ends; the first one learns the process id of whoever writes to the second."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return Channel(ours), Channel(theirs)
