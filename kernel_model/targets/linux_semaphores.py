"""The real semget, semop, semtimedop and semctl, through the C library (semop(2))."""

import ctypes
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, answer, prototype
from .linux_messages import IPC_INFO, IPC_RMID, IPC_SET, IPC_STAT, IdList, Perm

GETALL, SETVAL, SETALL = 13, 16, 17
SEM_STAT, SEM_INFO, SEM_STAT_ANY = 18, 19, 20
_INDEXES = 1 << 15  # an identifier is a sequence number times this, plus an index


class _Operation(ctypes.Structure):
    """struct sembuf."""

    _fields_ = (("num", ctypes.c_ushort), ("op", ctypes.c_short), ("flags", ctypes.c_short))


class _Set(ctypes.Structure):
    """struct semid_ds of the 64-bit Linux ABI on x86."""

    _fields_ = (
        ("perm", Perm),
        ("otime", ctypes.c_long),
        ("unused1", ctypes.c_ulong),
        ("ctime", ctypes.c_long),
        ("unused2", ctypes.c_ulong),
        ("nsems", ctypes.c_ulong),
        ("unused", ctypes.c_ulong * 2),
    )


class _Info(ctypes.Structure):
    """struct seminfo."""

    _fields_ = tuple(
        (name, ctypes.c_int)
        for name in (
            "semmap", "semmni", "semmns", "semmnu", "semmsl", "semopm", "semume", "semusz",
            "semvmx", "semaem",
        )
    )  # fmt: skip


class _Time(ctypes.Structure):
    """struct timespec."""

    _fields_ = (("sec", ctypes.c_long), ("nsec", ctypes.c_long))


_semget = prototype("semget", ctypes.c_int, ctypes.c_int, ctypes.c_int)
_semop = prototype("semop", ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
_semtimedop = prototype(
    "semtimedop", ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p
)
_semctl = prototype("semctl", ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)

made = IdList(lambda semid: _semctl(semid, 0, IPC_RMID, None))


def semget(key: int, nsems: int, flags: int) -> Reply:
    reply = answer(_semget(key, nsems, flags))
    if "ret" in reply:
        made.add(reply["ret"])
    return reply


def semop(semid: int, ops: list[list[int]] | None) -> Reply:
    """Null stands for one operation at the bad address."""
    array, count = _packed(ops)
    return answer(_semop(semid, array, count))


def semtimedop(semid: int, ops: list[list[int]] | None, ms: int | None) -> Reply:
    """Null for the time is no time limit."""
    array, count = _packed(ops)
    time = None if ms is None else _Time(ms // 1000, ms % 1000 * 1_000_000)
    return answer(_semtimedop(semid, array, count, None if time is None else ctypes.byref(time)))


def _packed(ops: list[list[int]] | None) -> tuple[Any, int]:
    if ops is None:
        return None, 1
    return (_Operation * max(1, len(ops)))(*(_Operation(*one) for one in ops)), len(ops)


def semctl(semid: int, num: int, cmd: int, *arg: Any) -> Reply:
    """SETVAL takes a number, SETALL a list, IPC_SET a part of uid, gid and mode."""
    if cmd == SETVAL:
        value = arg[0] if arg and isinstance(arg[0], int) else 0
        return answer(_semctl(semid, num, cmd, ctypes.c_void_p(value & 0xFFFFFFFF)))
    if arg == (None,):
        return answer(_semctl(semid, num, cmd, None))
    if cmd == IPC_SET:
        return _set(semid, num, arg[0] if arg else {})
    if cmd in (IPC_INFO, SEM_INFO):
        info = _Info()
        value = _semctl(semid, num, cmd, ctypes.byref(info))
        return answer(value, fields={name: getattr(info, name) for name, *_ in info._fields_})
    if cmd in (GETALL, SETALL):
        return _all(semid, num, cmd, arg[0] if arg else [])
    entry = _Set()
    value = _semctl(semid, num, cmd, ctypes.byref(entry))
    if cmd in (IPC_STAT, SEM_STAT, SEM_STAT_ANY):
        return answer(value, fields=_fields(entry))
    return answer(value)


def _all(semid: int, num: int, cmd: int, given: list[int]) -> Reply:
    """All values of a set; those that are not given are 0."""
    entry = _Set()
    seen = _semctl(semid % _INDEXES, 0, SEM_STAT_ANY, ctypes.byref(entry))
    size = max(len(given), entry.nsems if seen == ctypes.c_int(semid).value else 1)
    values = (ctypes.c_ushort * size)(*(value & 0xFFFF for value in given))
    done = _semctl(semid, num, cmd, ctypes.byref(values))
    return answer(done, data=list(values)[: entry.nsems]) if cmd == GETALL else answer(done)


def _fields(entry: _Set) -> dict[str, Any]:
    perm = {name: getattr(entry.perm, name) for name in ("key", "uid", "gid", "cuid", "cgid")}
    rest = {name: getattr(entry, name) for name in ("nsems", "otime", "ctime")}
    return perm | {"mode": entry.perm.mode & 0o777, "flags": []} | rest


def _set(semid: int, num: int, parts: dict[str, int]) -> Reply:
    """What `parts` does not name keeps its value, as far as it can be found out."""
    entry = _Set()
    if _semctl(semid, num, IPC_STAT, ctypes.byref(entry)) == -1:
        seen = _semctl(semid % _INDEXES, num, SEM_STAT_ANY, ctypes.byref(entry))
        if seen != ctypes.c_int(semid).value:
            entry = _Set()
    for name, value in parts.items():
        setattr(entry.perm, name, value)
    return answer(_semctl(semid, num, IPC_SET, ctypes.byref(entry)))


CALLS: dict[str, Callable[..., Reply]] = {
    "semget": semget,
    "semop": semop,
    "semtimedop": semtimedop,
    "semctl": semctl,
}
