"""The real calls of the groups processes and signals that need no more than the C library."""

import ctypes
import os
from collections.abc import Callable
from typing import Any

from .linux_files import CALLS as FILE_CALLS
from .linux_libc import Reply, answer, prototype
from .linux_memory import CALLS as MEMORY_CALLS
from .linux_messages import CALLS as MESSAGE_CALLS
from .linux_mqueue import CALLS as MQUEUE_CALLS
from .linux_posixsem import CALLS as POSIXSEM_CALLS
from .linux_pthread import CALLS as PTHREAD_CALLS
from .linux_ptrace import CALLS as PTRACE_CALLS
from .linux_semaphores import CALLS as SEMAPHORE_CALLS
from .linux_shm import CALLS as SHM_CALLS
from .linux_sockets import CALLS as SOCKET_CALLS

_IMAGES = {
    "exit": ("/bin/sh", "sh", "-c", "exit {}"),
    "sleep": ("/bin/sleep", "sleep", "2147483647"),
}

_sigset = ctypes.c_ulong * (1024 // 8 // ctypes.sizeof(ctypes.c_ulong))  # sigset_t
_int_p = ctypes.POINTER(ctypes.c_int)
_set_p = ctypes.POINTER(_sigset)

_getpid = prototype("getpid")
_setpgrp = prototype("setpgrp")
_setuid = prototype("setuid", ctypes.c_uint)
_setresuid = prototype("setresuid", ctypes.c_uint, ctypes.c_uint, ctypes.c_uint)
_umask = prototype("umask", ctypes.c_uint)
_wait = prototype("wait", _int_p)
_waitpid = prototype("waitpid", ctypes.c_int, _int_p, ctypes.c_int)
_kill = prototype("kill", ctypes.c_int, ctypes.c_int)
_pause = prototype("pause")
_sigprocmask = prototype("sigprocmask", ctypes.c_int, _set_p, _set_p)
_sigpending = prototype("sigpending", _set_p)
_sigsuspend = prototype("sigsuspend", _set_p)


def exit(code: int) -> Reply:  # noqa: A001 (the call's own name)
    os._exit(code & 0xFF)


def exec(image: dict[str, Any]) -> Reply:  # noqa: A001
    """Another image that exits with a code, {"exit": 7}, or sleeps for ever, {"sleep": 1}."""
    ((name, value),) = image.items()
    if name not in _IMAGES:
        return {"unsupported": f"no real machine has the image {name}"}
    path, *argv = (part.format(value) for part in _IMAGES[name])
    try:
        os.execve(path, argv, {})
    except OSError as error:
        return {"errno": error.errno}


def wait() -> Reply:
    status = ctypes.c_int()
    pid = _wait(status)
    return answer(pid, status=status.value)


def waitpid(pid: int, flags: int = 0) -> Reply:
    status = ctypes.c_int()
    found = _waitpid(pid, status, flags)
    return answer(found, status=status.value) if found else answer(found)


def sigprocmask(how: int, signals: list[int] | None) -> Reply:
    old = _sigset()
    value = _sigprocmask(how, _packed(signals), old)
    return answer(value, set=_unpacked(old))


def sigpending() -> Reply:
    pending = _sigset()
    value = _sigpending(pending)
    return answer(value, set=_unpacked(pending))


def sigsuspend(signals: list[int] | None) -> Reply:
    return answer(_sigsuspend(_packed(signals)))


def _packed(signals: list[int] | None) -> Any:
    if signals is None:
        return None
    bits = sum(1 << (number - 1) for number in set(signals))
    return _sigset(bits)


def _unpacked(signals: Any) -> list[int]:
    return [number for number in range(1, 65) if signals[0] >> (number - 1) & 1]


CALLS: dict[str, Callable[..., Reply]] = {
    **FILE_CALLS,
    **MEMORY_CALLS,
    **MESSAGE_CALLS,
    **MQUEUE_CALLS,
    **POSIXSEM_CALLS,
    **PTHREAD_CALLS,
    **PTRACE_CALLS,
    **SEMAPHORE_CALLS,
    **SHM_CALLS,
    **SOCKET_CALLS,
    "exit": exit,
    "exec": exec,
    "wait": wait,
    "waitpid": waitpid,
    "getpid": lambda: answer(_getpid()),
    "setpgrp": lambda: answer(_setpgrp()),
    "setuid": lambda uid: answer(_setuid(uid)),
    "setresuid": lambda real, effective, saved: answer(_setresuid(real, effective, saved)),
    "umask": lambda mask: answer(_umask(mask)),
    "kill": lambda pid, number: answer(_kill(pid, number)),
    "pause": lambda: answer(_pause()),
    "sigprocmask": sigprocmask,
    "sigpending": sigpending,
    "sigsuspend": sigsuspend,
}
