"""The real msgget, msgsnd, msgrcv and msgctl, through the C library (msgop(2))."""

import ctypes
import functools
import mmap
import os
import struct
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, answer, prototype

IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO, MSG_STAT, MSG_INFO, MSG_STAT_ANY = 0, 1, 2, 3, 11, 12, 13
_MSGMAX_FILE = "/proc/sys/kernel/msgmax"
_LONG = ctypes.sizeof(ctypes.c_long)
_INDEXES = 1 << 15  # an identifier is a sequence number times this, plus an index


class Perm(ctypes.Structure):
    _fields_ = (
        ("key", ctypes.c_int),
        ("uid", ctypes.c_uint),
        ("gid", ctypes.c_uint),
        ("cuid", ctypes.c_uint),
        ("cgid", ctypes.c_uint),
        ("mode", ctypes.c_uint),
        ("seq", ctypes.c_ushort),
        ("unused", ctypes.c_ulong * 2),
    )


class _Queue(ctypes.Structure):
    """struct msqid_ds of the 64-bit Linux ABI."""

    _fields_ = (
        ("perm", Perm),
        ("stime", ctypes.c_long),
        ("rtime", ctypes.c_long),
        ("ctime", ctypes.c_long),
        ("cbytes", ctypes.c_ulong),
        ("qnum", ctypes.c_ulong),
        ("qbytes", ctypes.c_ulong),
        ("lspid", ctypes.c_int),
        ("lrpid", ctypes.c_int),
        ("unused", ctypes.c_ulong * 2),
    )


class _Info(ctypes.Structure):
    """struct msginfo."""

    _fields_ = (
        ("msgpool", ctypes.c_int),
        ("msgmap", ctypes.c_int),
        ("msgmax", ctypes.c_int),
        ("msgmnb", ctypes.c_int),
        ("msgmni", ctypes.c_int),
        ("msgssz", ctypes.c_int),
        ("msgtql", ctypes.c_int),
        ("msgseg", ctypes.c_ushort),
    )


_msgget = prototype("msgget", ctypes.c_int, ctypes.c_int)
_msgsnd = prototype("msgsnd", ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_msgctl = prototype("msgctl", ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_msgrcv = prototype(
    "msgrcv",
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_long,
    ctypes.c_int,
    restype=ctypes.c_ssize_t,
)


class IdList:
    """Every queue (segment, ...) that a scenario makes, in memory shared by all its processes."""

    _ENTRY = struct.Struct("iI")  # identifier, effective user who made it

    def __init__(self, remove: Callable[[int], int]) -> None:
        self._remove = remove
        self._memory = mmap.mmap(-1, 512 << 10)  # the first entry holds the count

    def add(self, ipcid: int) -> None:
        count, _ = self._ENTRY.unpack_from(self._memory)
        self._ENTRY.pack_into(self._memory, (count + 1) * self._ENTRY.size, ipcid, os.geteuid())
        self._ENTRY.pack_into(self._memory, 0, count + 1, 0)

    def remove_all(self) -> None:
        """Removes what is still there; as its maker where the caller may not."""
        count, _ = self._ENTRY.unpack_from(self._memory)
        for index in range(1, count + 1):
            ipcid, maker = self._ENTRY.unpack_from(self._memory, index * self._ENTRY.size)
            if self._remove(ipcid) == -1 and ctypes.get_errno() == 1:  # EPERM
                os.seteuid(maker)
                self._remove(ipcid)
                os.seteuid(os.getuid())


made = IdList(lambda msqid: _msgctl(msqid, IPC_RMID, None))


def absent() -> bool:
    """This kernel has no System V messages."""
    return not os.path.exists(_MSGMAX_FILE) or _msgctl(-1, IPC_STAT, None) != -1


@functools.cache
def largest_text() -> int:
    """MSGMAX in force: no buffer needs more room."""
    with open(_MSGMAX_FILE) as file:
        return int(file.read())


def msgget(key: int, flags: int) -> Reply:
    reply = answer(_msgget(key, flags))
    if "ret" in reply:
        made.add(reply["ret"])
    return reply


def msgsnd(msqid: int, mtype: int, text: str | None, flags: int, size: int | None = None) -> Reply:
    """`size` beside the text: less sends a part of it, more sends NULs after it."""
    if text is None:
        return answer(_msgsnd(msqid, None, 0 if size is None else size, flags))
    data = text.encode("latin-1")
    room = len(data) if size is None else max(len(data), min(size, largest_text()))
    buffer = struct.pack("@l", ctypes.c_long(mtype).value) + data.ljust(room, b"\0")
    return answer(_msgsnd(msqid, buffer, len(data) if size is None else size, flags))


def msgrcv(msqid: int, size: int, mtype: int, flags: int, *bad_address: None) -> Reply:
    """A fifth argument, null, stands for a buffer at the bad address."""
    if bad_address:
        return answer(_msgrcv(msqid, None, size, mtype, flags))
    largest = largest_text()
    buffer = ctypes.create_string_buffer(_LONG + max(0, min(size, largest)))
    count = _msgrcv(msqid, buffer, size, mtype, flags)
    if count == -1:
        return answer(-1)
    (received,) = struct.unpack_from("@l", buffer.raw)
    data = buffer.raw[_LONG : _LONG + count].decode("latin-1")
    return {"ret": count, "mtype": received, "data": data}


def msgctl(msqid: int, cmd: int, *arg: Any) -> Reply:
    """IPC_SET takes a part of uid, gid, mode and qbytes; null is the bad address everywhere."""
    if arg == (None,):
        return answer(_msgctl(msqid, cmd, None))
    if cmd == IPC_SET:
        return _set(msqid, arg[0] if arg else {})
    if cmd in (IPC_INFO, MSG_INFO):
        info = _Info()
        value = _msgctl(msqid, cmd, ctypes.byref(info))
        return answer(value, fields={name: getattr(info, name) for name, *_ in info._fields_})
    queue = _Queue()
    value = _msgctl(msqid, cmd, ctypes.byref(queue))
    if cmd in (IPC_STAT, MSG_STAT, MSG_STAT_ANY):
        return answer(value, fields=_fields(queue))
    return answer(value)


def _fields(queue: _Queue) -> dict[str, Any]:
    perm = {name: getattr(queue.perm, name) for name in ("key", "uid", "gid", "cuid", "cgid")}
    rest = {
        name: getattr(queue, name) for name, *_ in queue._fields_ if name not in ("perm", "unused")
    }
    return perm | {"mode": queue.perm.mode & 0o777, "flags": []} | rest


def _set(msqid: int, parts: dict[str, int]) -> Reply:
    """What `parts` does not name keeps its value.

    A caller without read permission is given the old values by MSG_STAT_ANY; where that fails too
    (no such queue), the rest is zero and the kernel's own answer to IPC_SET decides.
    """
    queue = _Queue()
    if _msgctl(msqid, IPC_STAT, ctypes.byref(queue)) == -1:
        seen = _msgctl(msqid % _INDEXES, MSG_STAT_ANY, ctypes.byref(queue))
        if seen != ctypes.c_int(msqid).value:
            queue = _Queue()
    for name, value in parts.items():
        setattr(queue if name == "qbytes" else queue.perm, name, value)
    return answer(_msgctl(msqid, IPC_SET, ctypes.byref(queue)))


CALLS: dict[str, Callable[..., Reply]] = {
    "msgget": msgget,
    "msgsnd": msgsnd,
    "msgrcv": msgrcv,
    "msgctl": msgctl,
}
