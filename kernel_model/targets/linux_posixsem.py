"""The C library's semaphores of POSIX, at an address or by a name (sem_overview(7)).

A path in the scenario's folder stands for a name that no other scenario has.
"""

import ctypes
from collections.abc import Callable

from .linux_libc import Reply, answer, prototype
from .linux_mqueue import deadline, object_name

_int, _uint, _pointer = ctypes.c_int, ctypes.c_uint, ctypes.c_void_p
_open = prototype("sem_open", ctypes.c_char_p, _int, _uint, _uint, restype=_pointer)
_init = prototype("sem_init", _pointer, _int, _uint)
_timedwait = prototype("sem_timedwait", _pointer, _pointer)
_getvalue = prototype("sem_getvalue", _pointer, _pointer)
_wait = prototype("sem_wait", _pointer)
_unlink = prototype("sem_unlink", ctypes.c_char_p)


def sem_open(path: str | None, flags: int, mode: int = 0, value: int = 0) -> Reply:
    if path is None:
        return {"unsupported": "the C library itself reads the name of a semaphore"}
    return answer(_open(object_name(path), flags, mode, value) or -1)


def sem_timedwait(addr: int | None, ms: int | None) -> Reply:
    """Null for the time is no time limit."""
    return answer(_wait(addr) if ms is None else _timedwait(addr, deadline(ms)))


def sem_getvalue(addr: int | None) -> Reply:
    value = ctypes.c_int()
    reply = answer(_getvalue(addr, ctypes.byref(value)))
    return reply | {"value": value.value} if "ret" in reply else reply


def _one(name: str) -> Callable[[int | None], Reply]:
    """A call that takes the address alone."""
    function = prototype(name, _pointer)
    return lambda addr: answer(function(addr))


CALLS: dict[str, Callable[..., Reply]] = {
    **{name: _one(name) for name in ("sem_close", "sem_destroy", "sem_post", "sem_trywait")},
    "sem_wait": lambda addr: answer(_wait(addr)),
    "sem_init": lambda addr, pshared, value: answer(_init(addr, pshared, value)),
    "sem_open": sem_open,
    "sem_timedwait": sem_timedwait,
    "sem_getvalue": sem_getvalue,
    "sem_unlink": lambda path: answer(_unlink(object_name(path))),
}
