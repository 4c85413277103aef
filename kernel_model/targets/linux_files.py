"""Files, pipes, mappings and POSIX memory objects, through the C library.

A memory object of POSIX is a file on a file system without a disk, which shm_open opens so that
exec closes it. Here that file lies in the scenario's own directory, not among the machine's.
"""

import ctypes
import os
import stat as modes
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, answer, prototype

_size, _off = ctypes.c_size_t, ctypes.c_long
_open = prototype("open", ctypes.c_char_p, ctypes.c_int, ctypes.c_uint)
_close = prototype("close", ctypes.c_int)
_dup = prototype("dup", ctypes.c_int)
_dup2 = prototype("dup2", ctypes.c_int, ctypes.c_int)
_fcntl = prototype("fcntl", ctypes.c_int, ctypes.c_int, ctypes.c_long)
_pipe = prototype("pipe", ctypes.POINTER(ctypes.c_int))
_mkdir = prototype("mkdir", ctypes.c_char_p, ctypes.c_uint)
_mkfifo = prototype("mkfifo", ctypes.c_char_p, ctypes.c_uint)
_mknod = prototype("mknod", ctypes.c_char_p, ctypes.c_uint, ctypes.c_ulong)
_lseek = prototype("lseek", ctypes.c_int, _off, ctypes.c_int, restype=_off)
_read = prototype("read", ctypes.c_int, ctypes.c_void_p, _size, restype=ctypes.c_ssize_t)
_write = prototype("write", ctypes.c_int, ctypes.c_char_p, _size, restype=ctypes.c_ssize_t)
_unlink = prototype("unlink", ctypes.c_char_p)
_ftruncate = prototype("ftruncate", ctypes.c_int, _off)
_mmap = prototype(
    "mmap", ctypes.c_void_p, _size, ctypes.c_int, ctypes.c_int, ctypes.c_int, _off,
    restype=ctypes.c_void_p,
)  # fmt: skip
_munmap = prototype("munmap", ctypes.c_void_p, _size)
_msync = prototype("msync", ctypes.c_void_p, _size, ctypes.c_int)
_NOWHERE = ctypes.c_void_p(-1).value
_EPERM, _EACCES = 1, 13
_TYPES = {modes.S_IFREG: "file", modes.S_IFDIR: "dir", modes.S_IFIFO: "fifo",
          modes.S_IFCHR: "chr", modes.S_IFSOCK: "socket"}  # fmt: skip


def _name(path: str | None) -> bytes | None:
    return None if path is None else os.fsencode(path)


def open(path: str | None, flags: int, mode: int = 0) -> Reply:  # noqa: A001
    return answer(_open(_name(path), flags, mode))


def shm_open(path: str | None, flags: int, mode: int = 0) -> Reply:
    return open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode)


def shm_unlink(path: str | None) -> Reply:
    """The C library makes EACCES of the EPERM that a sticky directory gives."""
    reply = answer(_unlink(_name(path)))
    return {"errno": _EACCES} if reply.get("errno") == _EPERM else reply


def pipe() -> Reply:
    """Both descriptors: `r` to read, `w` to write."""
    ends = (ctypes.c_int * 2)()
    return answer(_pipe(ends), r=ends[0], w=ends[1])


def read(fd: int, size: int, *null: None) -> Reply:
    """With a null for the buffer: a bad address."""
    if null:
        return answer(_read(fd, None, size), data="")
    buffer = ctypes.create_string_buffer(max(size, 1))
    got = _read(fd, buffer, size)
    return answer(got, data=buffer.raw[: max(got, 0)].decode("latin-1"))


def write(fd: int, data: str | None) -> Reply:
    if data is None:
        return answer(_write(fd, None, 1))
    text = data.encode("latin-1")
    return answer(_write(fd, text, len(text)))


def stat(path: str | None) -> Reply:
    return _told(lambda: os.stat(path or ""))


def fstat(fd: int) -> Reply:
    return _told(lambda: os.fstat(fd))


def _told(look: Callable[[], os.stat_result]) -> Reply:
    try:
        found = look()
    except OSError as error:
        return {"errno": error.errno}
    kind = _TYPES.get(modes.S_IFMT(found.st_mode), "other")
    mode = found.st_mode & 0o7777
    fields: dict[str, Any] = {"type": kind, "mode": mode, "uid": found.st_uid}
    return {"ret": 0, "fields": fields | {"gid": found.st_gid, "size": found.st_size}}


def mmap(
    addr: int | None, size: int, prot: int, flags: int, fd: int = -1, offset: int = 0
) -> Reply:
    where = _mmap(addr, size, prot, flags, fd, offset)
    return answer(-1 if where == _NOWHERE else (where or 0))


CALLS: dict[str, Callable[..., Reply]] = {
    "open": open,
    "shm_open": shm_open,
    "shm_unlink": shm_unlink,
    "read": read,
    "write": write,
    "stat": stat,
    "fstat": fstat,
    "mmap": mmap,
    "close": lambda fd: answer(_close(fd)),
    "dup": lambda fd: answer(_dup(fd)),
    "dup2": lambda fd, newfd: answer(_dup2(fd, newfd)),
    "fcntl": lambda fd, cmd, arg=0: answer(_fcntl(fd, cmd, arg or 0)),
    "mkdir": lambda path, mode: answer(_mkdir(_name(path), mode)),
    "mkfifo": lambda path, mode: answer(_mkfifo(_name(path), mode)),
    "mknod": lambda path, mode, dev=0: answer(_mknod(_name(path), mode, dev)),
    "pipe": pipe,
    "lseek": lambda fd, offset, whence: answer(_lseek(fd, offset, whence)),
    "unlink": lambda path: answer(_unlink(_name(path))),
    "ftruncate": lambda fd, size: answer(_ftruncate(fd, size)),
    "munmap": lambda addr, size: answer(_munmap(addr, size)),
    "msync": lambda addr, size, flags: answer(_msync(addr, size, flags)),
}
