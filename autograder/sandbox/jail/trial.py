"""Tries each mechanism in a throw-away process: what it forbids must fail, the rest must work."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from . import confine, landlock, library, namespaces, privileges
from .wire import Quota

_QUOTA = Quota(cpu=2, wall=10, memory=1 << 29)
_OUTSIDE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "server.py")


def run(mechanisms: list[str], root: str, program: bytes) -> dict[str, str]:
    """For each mechanism an empty text if it holds, or why not."""
    trials: dict[str, Callable[[], None]] = {
        "no_new_privs": _no_new_privs,
        "rlimits": _rlimits,
        "seccomp": lambda: _seccomp(program),
        "landlock": lambda: _landlock(root),
        "namespaces": lambda: _namespaces(root),
        "uid": lambda: _uid(root, results.get("namespaces") == ""),
    }
    results: dict[str, str] = {}
    for name, attempt in trials.items():
        if name in mechanisms:
            results[name] = _in_child(attempt)
    return results


def _in_child(attempt: Callable[[], None]) -> str:
    """What went wrong, told through a pipe; success is a good end and nothing told."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            attempt()
            status = 0
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode()[:500])
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader, "rb") as told:
        words = told.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    return words or ("" if status == 0 else f"the trial ended with status {status}")


def _no_new_privs() -> None:
    privileges.drop_capabilities()
    privileges.no_new_privs()
    privileges.close_to_others()
    _expect(privileges.has_no_new_privs(), "no_new_privs did not stay set")


def _rlimits() -> None:
    confine.limit(_QUOTA)
    try:
        block = bytearray(2 * _QUOTA.memory)
    except MemoryError:
        return
    raise RuntimeError(f"{len(block)} bytes were had despite the limit")


def _seccomp(program: bytes) -> None:
    privileges.no_new_privs()
    confine.Filter(program).load()
    _refused("a socket", socket.socket)
    _refused("a process", os.fork)
    _refused("a signal", lambda: os.kill(os.getpid(), 0))


def _landlock(root: str) -> None:
    _read(_OUTSIDE)
    privileges.no_new_privs()
    landlock.restrict([root, *library.readable()])
    _refused("a file outside", lambda: _read(_OUTSIDE))
    _refused("a folder outside", lambda: os.listdir("/"))
    _see_inside(root)


def _namespaces(root: str) -> None:
    _read(_OUTSIDE)
    namespaces.enter(root)
    _expect(os.getpid() == 1, "other processes can be seen")
    _refused("a file outside", lambda: os.stat(_OUTSIDE))
    _see_inside(root)


def _uid(root: str, namespaced: bool) -> None:
    if os.geteuid() != 0:
        raise PermissionError("only root can become another user")
    if namespaced:
        namespaces.enter(root)
    privileges.become_nobody([root, *library.folders()])
    _expect(os.getresuid() == (privileges.NOBODY,) * 3, "the user did not change")
    _see_inside(root)


def _read(path: str) -> None:
    with open(path, "rb") as file:
        file.read(1)


def _see_inside(root: str) -> None:
    _read(os.__file__)
    os.listdir(root)


def _refused(what: str, attempt: Callable[[], object]) -> None:
    try:
        attempt()
    except OSError:
        return
    raise RuntimeError(f"{what} was had all the same")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)
