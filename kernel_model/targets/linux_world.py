"""Beginning and ending the closed world of a scenario, from the driver's side (linux_holder)."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from .linux_channel import Channel
from .linux_network import is_path, socket_name

_BOOT = (  # the modules beside this one, without the packages that they belong to
    "import sys, types; package = types.ModuleType('machine'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['machine'] = package; from machine.linux_holder import main; main()"
)
# Calls that begin with a path.
_PATHS = ("open", "mkdir", "mkfifo", "mknod", "unlink", "stat", "shm_open", "shm_unlink")
_SLASH = ("mq_open", "mq_unlink")  # calls whose name is wrong unless it begins with /
_NAMES = (*_SLASH, "sem_open", "sem_unlink")  # calls that begin with the name of an object
_SEMAPHORES = "/dev/shm"  # where the C library keeps those that have a name
_FOLDER = "scenario-run-"  # how the folders of scenarios are called
_locked: dict[str, int] = {}  # the descriptor by which each folder of this process is locked
_SYSVIPC = tuple(Path("/proc/sysvipc") / family for family in ("msg", "sem", "shm"))


def hold(owner: object) -> Channel:
    """A new holder, which ends with its owner or with this process."""
    ours, theirs = socket.socketpair()
    here = os.path.dirname(os.path.abspath(__file__))
    with theirs:
        holder = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, here, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            cwd="/",
        )
    weakref.finalize(owner, _release, ours, holder)
    return Channel(ours)


def _release(end: socket.socket, holder: "subprocess.Popen[bytes]") -> None:
    end.close()
    holder.wait()


def begin(holder: Channel, setup: dict[str, Any]) -> Channel:
    """The channel of a new world's first process; every world ends when it is closed."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    with theirs:
        holder.send(setup, (theirs.fileno(),))
    return Channel(ours)


def end(init: Channel, seconds: float) -> None:
    """Ends a world and waits, at most so long, until nothing of it is left."""
    with suppress(OSError):
        init.end.shutdown(socket.SHUT_WR)
    while init.ready(seconds) and (received := init.receive()) is not None:
        for descriptor in received[1]:
            os.close(descriptor)
    init.close()


def fresh_key(taken: set[int]) -> int:
    """A key that nothing on this machine uses, and none of `taken`."""
    used = {
        int(line.split()[0]) for file in _SYSVIPC if file.exists() for line in _lines_of(file)
    } | taken
    while True:
        key = secrets.randbelow(0x7FFFFFFE) + 1
        if key not in used:
            return key


def own_folder(owner: object) -> str:
    """A new folder in which every user may make files, without a disk where there is one so.

    It goes with its owner at the latest, and with this process; where this is killed, the next
    that makes one removes it.
    """
    home = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()
    for left in Path(home).glob(f"{_FOLDER}*"):
        _sweep(str(left))
    folder = tempfile.mkdtemp(prefix=_FOLDER, dir=home)
    _locked[folder] = os.open(folder, os.O_RDONLY)
    fcntl.flock(_locked[folder], fcntl.LOCK_EX)
    if not os.path.exists(folder):  # swept away before it was locked
        clear(folder)
        return own_folder(owner)
    os.chmod(folder, 0o1777)
    weakref.finalize(owner, clear, folder)
    return folder


def clear(folder: str) -> None:
    """Removes the folder, and the semaphores that were made with a path in it."""
    shutil.rmtree(folder, ignore_errors=True)
    for file in Path(_SEMAPHORES).glob(f"sem.{os.path.basename(folder)}.*"):
        file.unlink(missing_ok=True)
    if folder in _locked:
        os.close(_locked.pop(folder))


def _sweep(folder: str) -> None:
    """Removes a folder of this user's whose process has gone: nobody holds its lock."""
    with suppress(OSError):  # it is another's, in use, or gone
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_uid == os.geteuid():
                clear(folder)
        finally:
            os.close(descriptor)


def _lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()[1:]


def strays(call: str, args: list[Any], folder: str | None) -> str | None:
    """Why this call cannot be made: its path is not one of the scenario's own."""
    if call in _NAMES and args[0]:
        wrong = not args[0].strip("/") or (call in _SLASH and not args[0].startswith("/"))
        inside = folder is not None and args[0].startswith(f"{folder}/")
        return None if wrong or inside else f'{call} of {args[0]!r}; write {{"path": "name"}}'
    path = args[0] if call in _PATHS else socket_name(call, args)
    if not path or (call not in _PATHS and not is_path(path)):
        return None
    inside = folder is not None and path.startswith(f"{folder}/")
    if inside and ".." not in path.split("/"):
        return None
    return f'{call} of {path!r} would leave the scenario\'s folder; write {{"path": "name"}}'


def refusal(
    isolation: str, call: str, args: list[Any], users: set[int], pids: set[int]
) -> str | None:
    """Why this call cannot be made where the world is not closed enough for it."""
    if isolation == "host" and call == "kill" and abs(args[0]) not in pids | {0}:
        return f"kill({args[0]}) could reach processes outside the scenario; as root it can be run"
    if isolation == "host" and call == "ptrace" and args[0] and args[1] not in pids:
        return f"ptrace of {args[1]} could reach processes outside the scenario; root can run it"
    if isolation == "user":
        ids = set(args) if call in ("setuid", "setresuid") else set()
        if call == "msgctl" and isinstance(args[-1], dict):
            ids = {args[-1][name] for name in ("uid", "gid") if name in args[-1]}
        if ids - users - {-1}:
            return f"the users {sorted(ids - users)} need root on this machine"
    return None
