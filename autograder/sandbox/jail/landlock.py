"""Landlock: from here on only the given files can be opened, for reading, and nothing leaves by network or signal."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from . import system

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same number on every architecture
_VERSION = 1
_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights over files that each version of the interface knows; all are taken, two are given back.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_RIGHTS = 0b11  # binding and connecting TCP, since version 4
_SCOPES = 0b11  # abstract UNIX sockets and signals, since version 6


def version() -> int:
    """The version of the kernel's Landlock. OSError if there is none."""
    return system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))


def restrict(readable: Iterable[str]) -> None:
    """Leaves this process and its children only reading, and only these files and folders. Needs no_new_privs."""
    known = version()
    files = max(rights for since, rights in _FILE_RIGHTS.items() if since <= known)
    attributes = struct.pack("=Q", files)
    if known >= 4:
        attributes += struct.pack("=Q", _NET_RIGHTS)
    if known >= 6:
        attributes += struct.pack("=Q", _SCOPES)
    rules = system.syscall(
        _CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0)
    )
    try:
        for path in readable:
            _allow(rules, path)
        system.syscall(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint(0))
    finally:
        os.close(rules)


def _allow(rules: int, path: str) -> None:
    where = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE
        rule = struct.pack("=Qi", rights, where)
        system.syscall(
            _ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint(0)
        )
    finally:
        os.close(where)
