"""Landlock: only the given files can be opened, only for reading; no TCP, no signals outwards."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from . import system

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

# The rights over files that each version of the interface has: all are taken, two given back.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_NET_RIGHTS = 0b11  # to bind and to connect TCP; since version 4
_SCOPES = 0b11  # abstract UNIX sockets and signals; since version 6
_NO_LOG = 0b1  # or an attacker could flood the machine's audit log; since version 7


def version() -> int:
    """The version of the kernel's Landlock. OSError if there is none."""
    return system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))


def restrict(readable: Iterable[str]) -> None:
    """For this process and its children, for good. Needs no_new_privs."""
    known = version()
    attributes = struct.pack("=Q", max(r for since, r in _FILE_RIGHTS.items() if since <= known))
    if known >= 4:
        attributes += struct.pack("=Q", _NET_RIGHTS)
    if known >= 6:
        attributes += struct.pack("=Q", _SCOPES)
    size = ctypes.c_size_t(len(attributes))
    rules = system.syscall(_CREATE_RULESET, attributes, size, ctypes.c_uint(0))
    try:
        for path in readable:
            _allow(rules, path)
        flags = _NO_LOG if known >= 7 else 0
        system.syscall(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint(flags))
    finally:
        os.close(rules)


def _allow(rules: int, path: str) -> None:
    where = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE
        rule = struct.pack("=Qi", rights, where)
        kind = ctypes.c_int(_PATH_BENEATH)
        system.syscall(_ADD_RULE, ctypes.c_int(rules), kind, rule, ctypes.c_uint(0))
    finally:
        os.close(where)
