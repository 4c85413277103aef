"""ptrace of the C library, whose PEEK requests give the word that they read."""

import ctypes
from collections.abc import Callable

from .linux_libc import Reply, prototype

_PEEKS = (1, 2, 3)  # PTRACE_PEEKTEXT, PEEKDATA, PEEKUSER
_WORDS = 1 << 64
_ptrace = prototype(
    "ptrace", ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, restype=ctypes.c_long
)


def ptrace(req: int, pid: int = 0, addr: int | None = None, word: int = 0) -> Reply:
    """The word read by a PEEK, else 0; -1 may be a word, so errno alone tells a failure."""
    ctypes.set_errno(0)
    value = _ptrace(req, pid, (addr or 0) % _WORDS, word % _WORDS)
    if value == -1 and (error := ctypes.get_errno()):
        return {"errno": error}
    return {"ret": value if req in _PEEKS else 0}


CALLS: dict[str, Callable[..., Reply]] = {"ptrace": ptrace}
