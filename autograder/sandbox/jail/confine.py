"""What each child does to itself before it sees a student's line: bonds, limits, a filter."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import resource
import signal
import struct

from . import privileges, system
from .wire import Quota

_DESCRIPTORS = 32
_STACK = 8 << 20  # bytes
_SECCOMP_MODE_FILTER = 2
_INSTRUCTION = 8  # bytes

_NONE_AT_ALL = [
    getattr(resource, name)
    for name in ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NPROC", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE")
    if hasattr(resource, name)
]


class Filter:
    """A system-call filter as libseccomp exports it, laid out once for the kernel."""

    def __init__(self, program: bytes) -> None:
        self._instructions = ctypes.create_string_buffer(program, len(program))
        address = ctypes.addressof(self._instructions)
        header = struct.pack("@HP", len(program) // _INSTRUCTION, address)
        self._header = ctypes.create_string_buffer(header, len(header))

    def load(self) -> None:
        """From here on only allowed system calls work, for good. Needs no_new_privs."""
        header = ctypes.addressof(self._header)
        system.prctl(system.PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header)


def limit(quota: Quota) -> None:
    """Soft and hard limits alike, but a second more of processor, for SIGXCPU before SIGKILL."""
    for what, soft, hard in (
        (resource.RLIMIT_AS, quota.memory, quota.memory),
        (resource.RLIMIT_CPU, quota.cpu, quota.cpu + 1),
        (resource.RLIMIT_STACK, _STACK, _STACK),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS, _DESCRIPTORS),
        *((name, 0, 0) for name in _NONE_AT_ALL),
    ):
        _, most = resource.getrlimit(what)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(what, (soft, hard))


def child(quota: Quota, mechanisms: frozenset[str], bars: Filter | None) -> None:
    """Shuts this forked child in. Raises if any of it fails."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    if quota.place >= 0:
        with contextlib.suppress(OSError):  # it may not be there any more; it is for speed only
            os.sched_setaffinity(0, {quota.place})
    if "no_new_privs" in mechanisms:
        privileges.die_with_parent(signal.SIGKILL)
    random.seed(0)  # the same submission draws the same numbers every time it is graded
    if "rlimits" in mechanisms:
        limit(quota)
    if bars is not None:
        bars.load()
