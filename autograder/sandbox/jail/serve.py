"""How the server starts: it hears what is wanted, closes itself in, loads what will answer."""

from __future__ import annotations

import base64
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any, NoReturn

from . import confine, landlock, library, life, namespaces, privileges, trial
from .watch import Server
from .wire import Quota


def main(descriptor: int) -> NoReturn:
    """Does what the grader's first line asks for; a server then ends when the grader does."""
    control = socket.socket(fileno=descriptor)
    grader = _handle_on_parent()
    try:
        config: dict[str, Any] = json.loads(control.makefile("rb").readline())
        os.umask(0o022)
        os.environ.clear()
        program = base64.b64decode(config["filter"])
        if config["task"] == "trial":
            _say(control, results=trial.run(config["mechanisms"], config["root"], program))
            os._exit(0)
        mechanisms = frozenset(config["mechanisms"])
        missing = close_in(config["root"], mechanisms)
        handle = _load(config["root"], config["module"], config["preload"])
    except BaseException as error:
        _say(control, error=f"{type(error).__name__}: {error}")
        os._exit(1)
    bars = confine.Filter(program) if "seccomp" in mechanisms else None

    def live(channel: int, quota: Quota) -> NoReturn:
        life.run(channel, lambda: confine.child(quota, mechanisms, bars), handle)

    server = Server(control, grader, live)
    os.dup2(1, 2)  # until here errors went to the grader, now to /dev/null
    _say(control, missing=missing)
    server.serve()


def close_in(root: str, mechanisms: frozenset[str]) -> dict[str, str]:
    """What children inherit, done once. With namespaces the caller goes on as another process.

    Everything asked for holds afterwards, or this raises. Only another user may turn out to be
    impossible, if nobody cannot read this very root: why is returned.
    """
    missing = {}
    for name in library.COMMON:
        importlib.import_module(name)
    if "namespaces" in mechanisms:
        namespaces.enter(root)
    if "uid" in mechanisms:
        try:
            privileges.become_nobody([root, *library.folders()])
        except PermissionError as error:
            missing["uid"] = str(error)
    if "no_new_privs" in mechanisms:
        privileges.drop_capabilities()
        privileges.no_new_privs()
        privileges.close_to_others()
    if "namespaces" in mechanisms:
        privileges.die_with_parent(signal.SIGKILL)  # after the user: changing it undoes this
    if "landlock" in mechanisms:
        landlock.restrict([root, *library.readable()])
    return missing


def _load(root: str, module: str, preload: list[str]) -> life.Handle:
    """Imports what will answer the questions, from behind the bars."""
    sys.path.append(root)
    for name in preload:
        importlib.import_module(name)
    handle: life.Handle = importlib.import_module(module).handle
    gc.collect()
    gc.freeze()
    return handle


def _handle_on_parent() -> int | None:
    try:
        return os.pidfd_open(os.getppid())
    except (AttributeError, OSError):
        return None  # then only the end of the socket tells that the grader is gone


def _say(control: socket.socket, **reply: object) -> None:
    control.sendall(json.dumps(reply).encode())
