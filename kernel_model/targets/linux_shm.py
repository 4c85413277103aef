"""The real shmget, shmat, shmdt and shmctl, through the C library (shmop(2))."""

import ctypes
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, answer, prototype
from .linux_messages import IPC_INFO, IPC_RMID, IPC_SET, IPC_STAT, IdList, Perm

SHM_STAT, SHM_INFO, SHM_STAT_ANY = 13, 14, 15
DEST, LOCKED = 0o1000, 0o2000
_INDEXES = 1 << 15  # an identifier is a sequence number times this, plus an index
_NOWHERE = ctypes.c_void_p(-1).value  # what shmat returns when it fails


class _Segment(ctypes.Structure):
    """struct shmid_ds of the 64-bit Linux ABI."""

    _fields_ = (
        ("perm", Perm),
        ("segsz", ctypes.c_size_t),
        ("atime", ctypes.c_long),
        ("dtime", ctypes.c_long),
        ("ctime", ctypes.c_long),
        ("cpid", ctypes.c_int),
        ("lpid", ctypes.c_int),
        ("nattch", ctypes.c_ulong),
        ("unused", ctypes.c_ulong * 2),
    )


class _Limits(ctypes.Structure):
    """struct shminfo."""

    _fields_ = (
        ("shmmax", ctypes.c_ulong),
        ("shmmin", ctypes.c_ulong),
        ("shmmni", ctypes.c_ulong),
        ("shmseg", ctypes.c_ulong),
        ("shmall", ctypes.c_ulong),
        ("unused", ctypes.c_ulong * 4),
    )


class _Usage(ctypes.Structure):
    """struct shm_info."""

    _fields_ = (
        ("used_ids", ctypes.c_int),
        ("shm_tot", ctypes.c_ulong),
        ("shm_rss", ctypes.c_ulong),
        ("shm_swp", ctypes.c_ulong),
        ("swap_attempts", ctypes.c_ulong),
        ("swap_successes", ctypes.c_ulong),
    )


_shmget = prototype("shmget", ctypes.c_int, ctypes.c_size_t, ctypes.c_int)
_shmat = prototype("shmat", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, restype=ctypes.c_void_p)
_shmdt = prototype("shmdt", ctypes.c_void_p)
_shmctl = prototype("shmctl", ctypes.c_int, ctypes.c_int, ctypes.c_void_p)

made = IdList(lambda shmid: _shmctl(shmid, IPC_RMID, None))


def shmget(key: int, size: int, flags: int) -> Reply:
    reply = answer(_shmget(key, size, flags))
    if "ret" in reply:
        made.add(reply["ret"])
    return reply


def shmat(shmid: int, addr: int | None, flags: int) -> Reply:
    where = _shmat(shmid, addr, flags)
    return answer(-1 if where == _NOWHERE else (where or 0))


def shmdt(addr: int | None) -> Reply:
    return answer(_shmdt(addr))


def shmctl(shmid: int, cmd: int, *arg: Any) -> Reply:
    """IPC_SET takes a part of uid, gid and mode; null is the bad address everywhere."""
    if arg == (None,):
        return answer(_shmctl(shmid, cmd, None))
    if cmd == IPC_SET:
        return _set(shmid, arg[0] if arg else {})
    if cmd in (IPC_INFO, SHM_INFO):
        info = _Limits() if cmd == IPC_INFO else _Usage()
        return answer(_shmctl(shmid, cmd, ctypes.byref(info)), fields=_numbers(info))
    segment = _Segment()
    value = _shmctl(shmid, cmd, ctypes.byref(segment))
    if cmd in (IPC_STAT, SHM_STAT, SHM_STAT_ANY):
        return answer(value, fields=_fields(segment))
    return answer(value)


def _numbers(structure: ctypes.Structure) -> dict[str, int]:
    names = [field[0] for field in structure._fields_]
    return {name: getattr(structure, name) for name in names if name not in ("perm", "unused")}


def _fields(segment: _Segment) -> dict[str, Any]:
    perm = {name: getattr(segment.perm, name) for name in ("key", "uid", "gid", "cuid", "cgid")}
    bits = {"SHM_DEST": DEST, "SHM_LOCKED": LOCKED}
    flags = [name for name, bit in bits.items() if segment.perm.mode & bit]
    return perm | {"mode": segment.perm.mode & 0o777, "flags": flags} | _numbers(segment)


def _set(shmid: int, parts: dict[str, int]) -> Reply:
    """What `parts` does not name keeps its value, as far as the machine tells it."""
    segment = _Segment()
    if _shmctl(shmid, IPC_STAT, ctypes.byref(segment)) == -1:
        seen = _shmctl(shmid % _INDEXES, SHM_STAT_ANY, ctypes.byref(segment))
        if seen != ctypes.c_int(shmid).value:
            segment = _Segment()
    for name, value in parts.items():
        setattr(segment.perm, name, value)
    return answer(_shmctl(shmid, IPC_SET, ctypes.byref(segment)))


CALLS: dict[str, Callable[..., Reply]] = {
    "shmget": shmget,
    "shmat": shmat,
    "shmdt": shmdt,
    "shmctl": shmctl,
}
