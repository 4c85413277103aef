"""Giving up privileges: another user, no capabilities, no way to gain any, no way to be looked into."""

from __future__ import annotations

import os
import struct

from . import system

NOBODY = 65534

_CAPABILITY_VERSION_3 = 0x20080522
_AMBIENT_CLEAR_ALL = 4
_MOST_CAPABILITIES = 64


def become_nobody(must_read: list[str]) -> None:
    """Root becomes `nobody`. PermissionError, and nothing changed, if nobody could not read these paths."""
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
    for capability in range(_MOST_CAPABILITIES):
        try:
            system.prctl(system.PR_CAPBSET_DROP, capability)
        except OSError:
            break  # past the kernel's last one, or not ours to drop
    try:
        system.prctl(system.PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    except OSError as error:
        if os.geteuid() == 0:
            raise OSError("the ambient capabilities cannot be cleared") from error
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    system.call("capset", header, bytes(24))


def no_new_privs() -> None:
    """No program run from here can gain privileges. Landlock and seccomp ask for this first."""
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)


def has_no_new_privs() -> bool:
    return system.prctl(system.PR_GET_NO_NEW_PRIVS) == 1


def close_to_others() -> None:
    """Its memory cannot be read, traced or dumped by processes of the same user. Children inherit this."""
    system.prctl(system.PR_SET_DUMPABLE, 0)


def die_with_parent(signal: int) -> None:
    system.prctl(system.PR_SET_PDEATHSIG, signal)
