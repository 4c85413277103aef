"""Reading and writing the memory of a real process, at any address it likes.

What is not there, or may not be written, ends the process by SIGSEGV, as in any program. A handler
that stays would be called for ever, since the instruction is made again: this is `unsupported`.
"""

import ctypes
import mmap
import os
import signal
from collections.abc import Callable

from .linux_libc import Function, Reply, prototype
from .linux_signals import stays

_WORD = ctypes.sizeof(ctypes.c_long)
_PAGE = mmap.PAGESIZE


class _Place(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


_place_p, _many = ctypes.POINTER(_Place), ctypes.c_ulong
_copies = (ctypes.c_int, _place_p, _many, _place_p, _many, _many)
_readv = prototype("process_vm_readv", *_copies, restype=ctypes.c_ssize_t)
_writev = prototype("process_vm_writev", *_copies, restype=ctypes.c_ssize_t)
_kept: list[object] = []  # what was allocated: it stays where it is


class Endless(Exception):
    """The instruction would fault and its handler come back to it, for ever."""


def mem_read(addr: int | None, size: int) -> Reply:
    """Page by page, from the first byte on."""
    return _made(lambda: {"ret": 0, "data": _load(addr or 0, size).decode("latin-1")})


def mem_write(addr: int | None, data: str | None) -> Reply:
    """Page by page, from the first byte on."""

    def write() -> Reply:
        text, at = (data or "").encode("latin-1"), 0
        for start, length in _parts(addr or 0, len(text)):
            part = ctypes.create_string_buffer(text[at : at + length], length)
            _checked(_writev, part, start)
            ctypes.memmove(start, part, length)
            at += length
        return {"ret": 0}

    return _made(write)


def word_read(addr: int | None) -> Reply:
    """The word at this address, with its sign."""
    return _made(lambda: {"ret": int.from_bytes(_load(addr or 0, _WORD), "little", signed=True)})


def mem_alloc(data: str | None) -> Reply:
    """The address of a copy of `data`."""
    buffer = ctypes.create_string_buffer((data or "").encode("latin-1"))
    _kept.append(buffer)
    return {"ret": ctypes.addressof(buffer)}


def word_alloc(value: int) -> Reply:
    """The address of a word that holds `value`."""
    word = ctypes.c_long(value)
    _kept.append(word)
    return {"ret": ctypes.addressof(word)}


def _made(access: Callable[[], Reply]) -> Reply:
    try:
        return access()
    except Endless:
        return {"unsupported": "a handler of SIGSEGV that stays would be called for ever"}


def _load(addr: int, size: int) -> bytes:
    data = bytearray()
    for start, length in _parts(addr, size):
        part = ctypes.create_string_buffer(length)
        _checked(_readv, part, start)
        ctypes.memmove(part, start, length)
        data += part.raw
    return bytes(data)


def _checked(copy: Function, part: "ctypes.Array[ctypes.c_char]", addr: int) -> None:
    """Asks the kernel first whether this faults, where a handler would be called for ever."""
    if not stays(signal.SIGSEGV):
        return
    ours = _Place(ctypes.addressof(part), len(part))
    theirs = _Place(addr, len(part))
    if copy(os.getpid(), ours, 1, theirs, 1, 0) != len(part):
        raise Endless


def _parts(addr: int, size: int) -> list[tuple[int, int]]:
    """A range of addresses cut at the borders of pages: addresses and lengths."""
    parts = []
    while size > 0:
        length = min(size, _PAGE - addr % _PAGE)
        parts.append((addr, length))
        addr, size = addr + length, size - length
    return parts


CALLS: dict[str, Callable[..., Reply]] = {
    "mem_read": mem_read,
    "mem_write": mem_write,
    "mem_alloc": mem_alloc,
    "word_alloc": word_alloc,
    "word_read": word_read,
}
