"""Sockets, through the C library; a name is what stands for an address in scenarios.

"@x"               the abstract name x of the UNIX domain
"127.0.0.1:7001"   an address and a port of the Internet domain
""                 no name: the address is no longer than its family
"AF_UNSPEC"        an address of no domain
anything else      a path of the UNIX domain
"""

import ctypes
import os
import re
import socket
import struct
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, answer, prototype

NO_FAMILY = "AF_UNSPEC"
TIMES = {(socket.SOL_SOCKET, socket.SO_RCVTIMEO), (socket.SOL_SOCKET, socket.SO_SNDTIMEO)}
TIMED = {
    **dict.fromkeys(("accept", "recv", "recvfrom", "read"), socket.SO_RCVTIMEO),
    **dict.fromkeys(("connect", "send", "sendto", "write"), socket.SO_SNDTIMEO),
}
LINGER = (socket.SOL_SOCKET, socket.SO_LINGER)
_LINGER = struct.Struct("@ii")  # on or off, seconds
_TIMEVAL = struct.Struct("@ll")  # seconds, microseconds: what is told is milliseconds
_LARGEST = 256  # bytes of an address
_FAMILY = 2  # bytes at its beginning that say of which domain it is
INTERNET = re.compile(r"(\d+\.\d+\.\d+\.\d+):(\d+)")

_int, _void, _size = ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t
_int_p = ctypes.POINTER(ctypes.c_uint)
_socket = prototype("socket", _int, _int, _int)
_socketpair = prototype("socketpair", _int, _int, _int, ctypes.POINTER(_int))
_bind = prototype("bind", _int, ctypes.c_char_p, ctypes.c_uint)
_connect = prototype("connect", _int, ctypes.c_char_p, ctypes.c_uint)
_listen = prototype("listen", _int, _int)
_accept = prototype("accept4", _int, _void, _int_p, _int)
_sendto = prototype(
    "sendto", _int, ctypes.c_char_p, _size, _int, ctypes.c_char_p, ctypes.c_uint,
    restype=ctypes.c_ssize_t,
)  # fmt: skip
_recvfrom = prototype("recvfrom", _int, _void, _size, _int, _void, _int_p, restype=ctypes.c_ssize_t)
_shutdown = prototype("shutdown", _int, _int)
_getsockname = prototype("getsockname", _int, _void, _int_p)
_getpeername = prototype("getpeername", _int, _void, _int_p)
_getsockopt = prototype("getsockopt", _int, _int, _int, _void, _int_p)
_setsockopt = prototype("setsockopt", _int, _int, _int, _void, ctypes.c_uint)


def address(name: str | None) -> tuple[bytes | None, int]:
    """The address that a name stands for, and its length; None is a bad address."""
    if name is None:
        return None, 16
    if name == NO_FAMILY:
        return bytes(16), 16
    if found := INTERNET.fullmatch(name):
        ip, port = socket.inet_aton(found[1]), int(found[2])
        raw = struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + ip + bytes(8)
    elif name.startswith("@"):
        raw = struct.pack("=H", socket.AF_UNIX) + b"\0" + name[1:].encode("latin-1")
    else:
        path = os.fsencode(name) + (b"\0" if name else b"")
        raw = struct.pack("=H", socket.AF_UNIX) + path
    return raw, len(raw)


def name_of(raw: bytes) -> str:
    """The name that stands for an address."""
    if len(raw) <= _FAMILY:
        return ""
    if struct.unpack_from("=H", raw)[0] == socket.AF_INET:
        port, ip = struct.unpack_from("!H4s", raw, _FAMILY)
        return f"{socket.inet_ntoa(ip)}:{port}"
    path = raw[_FAMILY:]
    if path.startswith(b"\0"):
        return "@" + path[1:].decode("latin-1")
    return path.partition(b"\0")[0].decode("latin-1")


class Limits:
    """SO_RCVTIMEO and SO_SNDTIMEO, by the process and the descriptor that they were set with."""

    def __init__(self) -> None:
        self.set: dict[tuple[str, int, int], int] = {}

    def ms(self, proc: str, call: str, args: list[Any]) -> int | None:
        """Milliseconds after which this call comes back; None if it may sleep for ever."""
        if call == "setsockopt" and tuple(args[1:3]) in TIMES:
            self.set[proc, args[0], args[2]] = args[3]
        option = TIMED.get(call)
        return self.set.get((proc, args[0], option)) or None if option is not None else None


class _Room:
    """Where a call puts an address."""

    def __init__(self) -> None:
        self.buffer = ctypes.create_string_buffer(_LARGEST)
        self.length = ctypes.c_uint(_LARGEST)

    def name(self) -> str:
        return name_of(self.buffer.raw[: min(self.length.value, _LARGEST)])


def make(domain: int = socket.AF_UNIX, kind: int = socket.SOCK_STREAM, protocol: int = 0) -> Reply:
    return answer(_socket(domain, kind, protocol))


def socketpair(
    domain: int = socket.AF_UNIX, kind: int = socket.SOCK_STREAM, protocol: int = 0
) -> Reply:
    """Both descriptors, `0` and `1`."""
    ends = (_int * 2)()
    return answer(_socketpair(domain, kind, protocol, ends), **{"0": ends[0], "1": ends[1]})


def accept(fd: int, flags: int = 0) -> Reply:
    room = _Room()
    made = _accept(fd, room.buffer, room.length, flags)
    return answer(made, name=room.name())


def sendto(fd: int, data: str | None, flags: int = 0, name: str | None = None) -> Reply:
    text = None if data is None else data.encode("latin-1")
    raw, length = (None, 0) if name is None else address(name)
    return answer(_sendto(fd, text, 1 if text is None else len(text), flags, raw, length))


def recvfrom(fd: int, size: int, flags: int = 0) -> Reply:
    room, buffer = _Room(), ctypes.create_string_buffer(max(size, 1))
    got = _recvfrom(fd, buffer, size, flags, room.buffer, room.length)
    data = buffer.raw[: max(min(got, size), 0)].decode("latin-1")
    return answer(got, data=data, **{"from": room.name()})


def recv(fd: int, size: int, flags: int = 0) -> Reply:
    reply = recvfrom(fd, size, flags)
    reply.pop("from", None)
    return reply


def named(call: Callable[..., int], fd: int) -> Reply:
    """getsockname and getpeername."""
    room = _Room()
    return answer(call(fd, room.buffer, room.length), name=room.name())


def getsockopt(fd: int, level: int, option: int) -> Reply:
    size = _TIMEVAL.size if (level, option) in TIMES else ctypes.sizeof(_int)
    room = ctypes.create_string_buffer(_LINGER.size if (level, option) == LINGER else size)
    made = _getsockopt(fd, level, option, room, ctypes.c_uint(len(room)))
    told: int | list[int]
    if (level, option) == LINGER:
        told = list(_LINGER.unpack(room.raw))
    elif size == _TIMEVAL.size:
        seconds, rest = _TIMEVAL.unpack(room.raw)
        told = seconds * 1000 + rest // 1000
    else:
        told = _int.from_buffer(room).value
    reply = answer(made)
    return reply if "errno" in reply else reply | {"value": told}


def setsockopt(fd: int, level: int, option: int, value: int | list[int]) -> Reply:
    if isinstance(value, list):
        return answer(_setsockopt(fd, level, option, _LINGER.pack(*value), _LINGER.size))
    if (level, option) in TIMES:
        time = _TIMEVAL.pack(value // 1000, value % 1000 * 1000)
        return answer(_setsockopt(fd, level, option, time, len(time)))
    return answer(_setsockopt(fd, level, option, ctypes.byref(ctypes.c_int(value)), 4))


CALLS: dict[str, Callable[..., Reply]] = {
    "socket": make,
    "socketpair": socketpair,
    "accept": accept,
    "sendto": sendto,
    "send": sendto,
    "recvfrom": recvfrom,
    "recv": recv,
    "getsockopt": getsockopt,
    "setsockopt": setsockopt,
    "bind": lambda fd, name: answer(_bind(fd, *address(name))),
    "connect": lambda fd, name: answer(_connect(fd, *address(name))),
    "listen": lambda fd, backlog=5: answer(_listen(fd, backlog)),
    "shutdown": lambda fd, how: answer(_shutdown(fd, how)),
    "getsockname": lambda fd: named(_getsockname, fd),
    "getpeername": lambda fd: named(_getpeername, fd),
}
