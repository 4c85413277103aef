"""The C library's calls that are measured, with as little Python around each as there can be.

The interpreter's lock is kept (PyDLL): there is one thread, and giving it up takes time.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from typing import Any

IPC_CREAT, IPC_EXCL, IPC_RMID = 0o1000, 0o2000, 0
SHM_RDONLY = 0o10000
PRIVATE = 0o600  # for the owner
NOWHERE = ctypes.c_void_p(-1).value
PR_SET_PDEATHSIG = 1

_fast = ctypes.PyDLL(None)
_slow = ctypes.CDLL(None, use_errno=True)
_int, _long, _size, _pointer = ctypes.c_int, ctypes.c_long, ctypes.c_size_t, ctypes.c_void_p


def _prototype(library: ctypes.CDLL, name: str, restype: Any, *argtypes: Any) -> Any:
    function = library[name]
    function.argtypes, function.restype = argtypes, restype
    return function


memset = _prototype(_fast, "memset", None, _pointer, _int, _size)
memmove = _prototype(_fast, "memmove", None, _pointer, _pointer, _size)
memchr = _prototype(_fast, "memchr", _pointer, _pointer, _int, _size)
semop = _prototype(_fast, "semop", _int, _int, _pointer, _size)
msgsnd = _prototype(_fast, "msgsnd", _int, _int, _pointer, _size, _int)
msgrcv = _prototype(_fast, "msgrcv", _long, _int, _pointer, _size, _long, _int)
getppid = _prototype(_fast, "getppid", _int)

_shmget = _prototype(_slow, "shmget", _int, _int, _size, _int)
_shmat = _prototype(_slow, "shmat", _pointer, _int, _pointer, _int)
_shmdt = _prototype(_slow, "shmdt", _int, _pointer)
_shmctl = _prototype(_slow, "shmctl", _int, _int, _int, _pointer)
_semget = _prototype(_slow, "semget", _int, _int, _int, _int)
_semctl = _prototype(_slow, "semctl", _int, _int, _int, _int)
_msgget = _prototype(_slow, "msgget", _int, _int, _int)
_msgctl = _prototype(_slow, "msgctl", _int, _int, _int, _pointer)
_prctl = _prototype(_slow, "prctl", _int, _int, ctypes.c_ulong)


class Operation(ctypes.Structure):
    """struct sembuf."""

    _fields_ = (("number", ctypes.c_ushort), ("change", ctypes.c_short), ("flags", ctypes.c_short))


def checked(value: int, call: str) -> int:
    """The value of a call that did not fail; raises OSError for one that did."""
    if value == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
    return value


def shmget(key: int, size: int, flags: int = 0) -> int:
    """The segment with this key."""
    return checked(_shmget(key, size, flags), "shmget")


def shmat(shmid: int, flags: int = 0) -> int:
    """Where the segment is attached."""
    place = _shmat(shmid, None, flags)
    checked(-1 if place == NOWHERE else 0, "shmat")
    return int(place)


def shmdt(place: int) -> None:
    """Detaches the segment."""
    checked(_shmdt(place), "shmdt")


def semget(key: int, count: int, flags: int = 0) -> int:
    """The set of semaphores with this key; on Linux those of a new one are 0."""
    return checked(_semget(key, count, flags), "semget")


def msgget(key: int, flags: int = 0) -> int:
    """The queue with this key."""
    return checked(_msgget(key, flags), "msgget")


def remove_segment(shmid: int) -> None:
    """Removes a segment; it goes when nobody has it attached."""
    checked(_shmctl(shmid, IPC_RMID, None), "shmctl")


def remove_semaphores(semid: int) -> None:
    """Removes a set of semaphores."""
    checked(_semctl(semid, 0, IPC_RMID), "semctl")


def remove_queue(msqid: int) -> None:
    """Removes a queue."""
    checked(_msgctl(msqid, IPC_RMID, None), "msgctl")


def ends_with_its_parent() -> None:
    """Lets this process be killed when its parent is gone."""
    checked(_prctl(PR_SET_PDEATHSIG, 9), "prctl")


def objects(key: int) -> list[str]:
    """Which kinds of System V objects have this key: segment, semaphores, queue.

    Raises RuntimeError where there is no System V IPC.
    """
    if sys.platform != "linux":
        raise RuntimeError("copy-or-map is measured on Linux")
    found = []
    asked: dict[str, Callable[[], int]] = {
        "segment": lambda: _shmget(key, 0, 0),
        "semaphores": lambda: _semget(key, 0, 0),
        "queue": lambda: _msgget(key, 0),
    }
    for kind, ask in asked.items():
        if ask() != -1:
            found.append(kind)
        elif ctypes.get_errno() in (errno.ENOSYS, errno.EPERM):
            raise RuntimeError(
                f"this machine gives no System V IPC ({os.strerror(ctypes.get_errno())}); "
                f"message queues and shared memory cannot be measured here"
            )
        elif ctypes.get_errno() != errno.ENOENT:
            found.append(kind)  # somebody else's
    return found


def remove(key: int) -> None:
    """Removes whatever has this key."""
    for kind in objects(key):
        if kind == "segment":
            remove_segment(shmget(key, 0))
        elif kind == "semaphores":
            remove_semaphores(semget(key, 0))
        else:
            remove_queue(msgget(key))
