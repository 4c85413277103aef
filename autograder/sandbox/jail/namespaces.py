"""Namespaces: a file system of a few folders, no network, no foreign processes.

The new root holds the standard library without installed packages and a copy of the sandbox's
root: no /proc, no /dev, no /etc, no home. A copy, since another user must be able to read it
wherever it was made; new folders on the way, since that user may not pass the real ones.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import struct

from . import library, privileges, system

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x20000, 0x4000000, 0x8000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_SPACES = _NEWNS | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET

_NOSUID, _NODEV, _BIND, _REC, _PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
_DETACH = 2
_MOUNT_SETATTR = 442
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_READ_ONLY_NOSUID_NODEV = 0b111

_NEW = "/proc"  # where the new root is put together: always there, and nothing we need is under it


def enter(root: str) -> None:
    """Goes into new namespaces and a new root. Returns in a child, which is process 1 there.

    The process that called waits for that child, and ends when it ends.
    """
    _unshare()
    child = os.fork()
    if child:
        os.closerange(0, 1 << 16)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _build(root)
    socket.sethostname("sandbox")


def _unshare() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        with contextlib.suppress(PermissionError):  # in a container; the other way may still work
            system.unshare(_SPACES)
            return
    system.unshare(_NEWUSER | _SPACES)
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{privileges.NOBODY} {uid} 1"),
        ("gid_map", f"{privileges.NOBODY} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def _build(root: str) -> None:
    system.mount(None, "/", None, _REC | _PRIVATE)
    system.mount("tmpfs", _NEW, "tmpfs", _NOSUID | _NODEV, "size=64m,mode=755")
    for path in library.folders():
        _show(path)
    _copy(root, _NEW + root)
    attributes = struct.pack("=QQQQ", _READ_ONLY_NOSUID_NODEV, 0, 0, 0)
    where = (_AT_FDCWD, _NEW.encode(), _AT_RECURSIVE)
    system.syscall(_MOUNT_SETATTR, *where, attributes, len(attributes))
    os.chdir(_NEW)
    system.call("pivot_root", b".", b".")
    system.call("umount2", b".", _DETACH)
    os.chdir("/")


def _show(path: str) -> None:
    """The same path in the new root, its installed packages covered by an empty folder."""
    if os.path.isdir(path):
        os.makedirs(_NEW + path)
    else:
        os.makedirs(os.path.dirname(_NEW + path), exist_ok=True)
        os.mknod(_NEW + path)
    system.mount(path, _NEW + path, None, _BIND | _REC)
    for folder in library.installed(path):
        if not os.path.islink(folder):
            system.mount("tmpfs", _NEW + folder, "tmpfs", _NOSUID | _NODEV, "size=4k,mode=755")


def _copy(source: str, target: str) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)
    for folder, _, files in os.walk(target):
        os.chmod(folder, 0o755)
        for name in files:
            os.chmod(os.path.join(folder, name), 0o644)
