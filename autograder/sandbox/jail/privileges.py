"""Giving up privileges: another user, no capabilities, no way to gain any or to be looked into."""

from __future__ import annotations

import contextlib
import os
import struct

from . import system

NOBODY = 65534

_CAPABILITY_VERSION_3 = 0x20080522
_AMBIENT_CLEAR_ALL = 4
_CAPABILITIES = 64  # more than there are


def become_nobody(must_read: list[str]) -> None:
    """Root becomes `nobody`. PermissionError, and nothing changed, if nobody cannot read these."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    refused = [path for path in must_read if not os.access(path, os.R_OK, effective_ids=True)]
    os.seteuid(0)
    os.setegid(0)
    if refused:
        os.setgroups(groups)
        raise PermissionError(f"the user nobody cannot read {refused[0]}")
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def drop_capabilities() -> None:
    """No capability now, and none to be had by running a program."""
    with contextlib.suppress(OSError):  # past the last one, or we may not, having none
        for capability in range(_CAPABILITIES):
            system.prctl(system.PR_CAPBSET_DROP, capability)
    system.prctl(system.PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    system.call("capset", header, bytes(24))


def no_new_privs() -> None:
    """No program run from here gains privileges. Landlock and seccomp ask for this first."""
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)


def has_no_new_privs() -> bool:
    return system.prctl(system.PR_GET_NO_NEW_PRIVS) == 1


def close_to_others() -> None:
    """Processes of the same user cannot read, trace or dump this one, nor its children."""
    system.prctl(system.PR_SET_DUMPABLE, 0)


def die_with_parent(signal: int) -> None:
    system.prctl(system.PR_SET_PDEATHSIG, signal)
