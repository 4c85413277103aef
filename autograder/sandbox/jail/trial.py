"""Tries each mechanism in a throw-away process, and whether it holds: what must fail then fails, what must work works."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable

from . import confine, landlock, library, namespaces, privileges
from .wire import Quota

_QUOTA = Quota(cpu=2, wall=10, memory=1 << 29)


def run(mechanisms: list[str], root: str, program: bytes) -> dict[str, str]:
    """For each mechanism an empty text if it holds, or why not."""
    trials: dict[str, Callable[[], None]] = {
        "no_new_privs": _no_new_privs,
        "rlimits": _rlimits,
        "seccomp": lambda: _seccomp(program),
        "landlock": lambda: _landlock(root),
        "namespaces": lambda: _namespaces(root),
        "uid": lambda: _uid(root, "namespaces" in held),
    }
    held: set[str] = set()
    results = {}
    for name, attempt in trials.items():
        if name in mechanisms:
            results[name] = _in_child(attempt)
            if not results[name]:
                held.add(name)
    return results


def _in_child(attempt: Callable[[], None]) -> str:
    """What went wrong, told through a pipe; nothing told and a good end is success."""
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
        block = bytearray(1 << 30)
    except MemoryError:
        return
    raise RuntimeError(f"{len(block)} bytes were had despite the limit")


def _seccomp(program: bytes) -> None:
    privileges.no_new_privs()
    confine.Filter(program).load()
    _refused("a socket", lambda: socket.socket())
    _refused("a process", lambda: os.fork())
    _refused("a signal", lambda: os.kill(os.getpid(), signal.SIGCONT))


def _landlock(root: str) -> None:
    with open(_OUTSIDE, "rb"):
        pass
    privileges.no_new_privs()
    landlock.restrict([root, *library.readable()])
    _refused("a file outside", lambda: open(_OUTSIDE, "rb"))
    _refused("a folder outside", lambda: os.listdir("/"))
    _see(root)


def _namespaces(root: str) -> None:
    namespaces.enter(root)
    _expect(os.getpid() == 1, "other processes can still be seen")
    _expect(not os.path.exists("/proc"), "the old root can still be seen")
    _expect(not os.path.exists(_OUTSIDE), "files outside can still be seen")
    _see(root)


def _uid(root: str, namespaced: bool) -> None:
    if os.geteuid() != 0:
        raise PermissionError("only root can become another user")
    if namespaced:
        namespaces.enter(root)
    privileges.become_nobody([root, *library.folders()])
    _expect(os.getresuid() == (privileges.NOBODY,) * 3, "the user did not change")
    _see(root)


_OUTSIDE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "server.py")


def _see(root: str) -> None:
    with open(os.__file__, "rb"):
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
