"""The real mq_open, mq_send and the rest, through the C library (mq_overview(7)).

A path in the scenario's folder stands for a name that no other scenario has. Nothing need be
mounted: the calls themselves know the queues of their IPC namespace.
"""

import contextlib
import ctypes
import mmap
import os
import struct
import time
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, answer, prototype

_SIGEV_SIGNAL, _SIGEV_NONE = 0, 1
_ROOM = 1 << 24  # bytes of the largest buffer
FOLDER = "/scenario-"  # in the path of each scenario's folder, and of nothing else


class _Attr(ctypes.Structure):
    """struct mq_attr."""

    _fields_ = (
        ("flags", ctypes.c_long),
        ("maxmsg", ctypes.c_long),
        ("msgsize", ctypes.c_long),
        ("curmsgs", ctypes.c_long),
        ("unused", ctypes.c_long * 4),
    )


class _Event(ctypes.Structure):
    """struct sigevent."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("unused", ctypes.c_long * 6),
    )


class Time(ctypes.Structure):
    """struct timespec."""

    _fields_ = (("sec", ctypes.c_long), ("nsec", ctypes.c_long))


_int, _size, _pointer = ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p
_open = prototype("mq_open", ctypes.c_char_p, _int, ctypes.c_uint, _pointer)
_close = prototype("mq_close", _int)
_unlink = prototype("mq_unlink", ctypes.c_char_p)
_getattr = prototype("mq_getattr", _int, _pointer)
_setattr = prototype("mq_setattr", _int, _pointer, _pointer)
_notify = prototype("mq_notify", _int, _pointer)
_send = prototype("mq_timedsend", _int, _pointer, _size, ctypes.c_uint, _pointer)
_receive = prototype(
    "mq_timedreceive", _int, _pointer, _size, _pointer, _pointer, restype=ctypes.c_ssize_t
)


class NameList:
    """The names of the queues that a scenario makes, in memory shared by all its processes."""

    _USED = struct.Struct("I")

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 1 << 20)

    def add(self, name: bytes) -> None:
        (used,) = self._USED.unpack_from(self._memory)
        entry = b"%d:%s\0" % (os.geteuid(), name)
        self._memory[4 + used : 4 + used + len(entry)] = entry
        self._USED.pack_into(self._memory, 0, used + len(entry))

    def remove_all(self) -> None:
        """Removes what is still there, as its maker."""
        (used,) = self._USED.unpack_from(self._memory)
        for entry in self._memory[4 : 4 + used].split(b"\0")[:-1]:
            maker, _, name = entry.partition(b":")
            with contextlib.suppress(PermissionError):
                os.seteuid(int(maker))
            _unlink(name)
            os.seteuid(os.getuid())


made = NameList()


def object_name(path: str) -> bytes:
    """The name of the object that a path in the scenario's folder stands for; others stay."""
    _, mark, rest = path.partition(FOLDER)
    return os.fsencode(FOLDER + rest.replace("/", ".", 1) if mark else path)


def deadline(ms: int | None) -> Any:
    """The time so many milliseconds from now; None for ever."""
    if ms is None:
        return None
    seconds, rest = divmod(time.time_ns() + ms * 1_000_000, 1_000_000_000)
    return ctypes.byref(Time(seconds, rest))


def mq_open(
    path: str | None, flags: int, mode: int = 0, attr: dict[str, int] | None = None
) -> Reply:
    if path is None:
        return {"unsupported": "the C library itself reads the name of a queue"}
    wanted = None if attr is None else ctypes.byref(_Attr(**attr))
    reply = answer(_open(object_name(path), flags, mode, wanted))
    if "ret" in reply and flags & os.O_CREAT:
        made.add(object_name(path))
    return reply


def mq_send(mqd: int, text: str | None, prio: int, size: int | None = None) -> Reply:
    return _sent(mqd, text, prio, size, None)


def mq_timedsend(mqd: int, text: str | None, prio: int, ms: int | None) -> Reply:
    return _sent(mqd, text, prio, None, ms)


def _sent(mqd: int, text: str | None, prio: int, size: int | None, ms: int | None) -> Reply:
    """Text null: one byte at the bad address. `size` beside the text: NULs after it."""
    if text is None:
        return answer(_send(mqd, None, size or 1, prio, deadline(ms)))
    data = text.encode("latin-1")
    length = len(data) if size is None else size
    buffer = data.ljust(min(max(length, 0), _ROOM), b"\0")
    return answer(_send(mqd, buffer, length, prio, deadline(ms)))


def mq_receive(mqd: int, size: int, *bad_address: None) -> Reply:
    """A third argument, null, stands for a buffer at the bad address."""
    return _received(mqd, size, None, bool(bad_address))


def mq_timedreceive(mqd: int, size: int, ms: int | None) -> Reply:
    return _received(mqd, size, ms, False)


def _received(mqd: int, size: int, ms: int | None, bad: bool) -> Reply:
    buffer = None if bad else ctypes.create_string_buffer(size if 0 < size < _ROOM else _ROOM)
    prio = ctypes.c_uint()
    length = _receive(mqd, buffer, size, ctypes.byref(prio), deadline(ms))
    data = b"" if buffer is None else buffer.raw[: max(length, 0)]
    return answer(length, prio=prio.value, data=data.decode("latin-1"))


def mq_getattr(mqd: int) -> Reply:
    attr = _Attr()
    return answer(_getattr(mqd, ctypes.byref(attr)), fields=_fields(attr))


def mq_setattr(mqd: int, flags: int) -> Reply:
    old = _Attr()
    done = _setattr(mqd, ctypes.byref(_Attr(flags=flags)), ctypes.byref(old))
    return answer(done, fields=_fields(old))


def _fields(attr: _Attr) -> dict[str, Any]:
    numbers = {name: getattr(attr, name) for name in ("maxmsg", "msgsize", "curmsgs")}
    return {"flags": ["O_NONBLOCK"] if attr.flags & os.O_NONBLOCK else []} | numbers


def mq_notify(mqd: int, sig: int | None) -> Reply:
    """0: to be told without a signal; null: no longer."""
    if sig is None:
        return answer(_notify(mqd, None))
    event = _Event(signo=sig, notify=_SIGEV_SIGNAL if sig else _SIGEV_NONE)
    return answer(_notify(mqd, ctypes.byref(event)))


CALLS: dict[str, Callable[..., Reply]] = {
    "mq_open": mq_open,
    "mq_close": lambda mqd: answer(_close(mqd)),
    "mq_unlink": lambda path: answer(_unlink(object_name(path))),
    "mq_getattr": mq_getattr,
    "mq_setattr": mq_setattr,
    "mq_notify": mq_notify,
    "mq_send": mq_send,
    "mq_receive": mq_receive,
    "mq_timedsend": mq_timedsend,
    "mq_timedreceive": mq_timedreceive,
}
