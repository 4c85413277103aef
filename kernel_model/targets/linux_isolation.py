"""How closed the world of a scenario is on this machine: its namespaces, limits and end.

namespace   private IPC and process-id namespaces, and a network of its own (root)
user        the same inside a user namespace: all processes are of one user
host        the machine's own IPC, with fresh keys; all that is made is removed at the end
"""

import ctypes
import os
import signal
from contextlib import suppress
from typing import Any

from . import linux_messages, linux_mqueue, linux_semaphores, linux_shm
from .linux_libc import prototype
from .linux_messages import absent
from .linux_network import loopback

_NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
_PR_SET_PDEATHSIG = 1
_unshare = prototype("unshare", ctypes.c_int)
_prctl = prototype("prctl", ctypes.c_int, ctypes.c_ulong)

_CHANGE = {"KILL": 5, "SETGID": 6, "SETUID": 7, "SYS_PTRACE": 19}  # to be others and watch them
# What makes user 0 the superuser in the calls of scenarios (capabilities(7)). CAP_SYS_RESOURCE is
# not asked for: virtual machines often withhold it, and only IPC_SET above MSGMNB wants it.
_ROOT = _CHANGE | {"IPC_LOCK": 14, "IPC_OWNER": 15, "SYS_ADMIN": 21}

_FILES = {
    "kernel/msgmax": ("MSGMAX",),
    "kernel/msgmnb": ("MSGMNB",),
    "kernel/msgmni": ("MSGMNI",),
    "kernel/sem": ("SEMMSL", "SEMMNS", "SEMOPM", "SEMMNI"),
    "kernel/shmmax": ("SHMMAX",),
    "kernel/shmmni": ("SHMMNI",),
    "fs/mqueue/msg_max": ("MQ_MSG_MAX",),
    "fs/mqueue/msgsize_max": ("MQ_MSGSIZE_MAX",),
    "fs/mqueue/queues_max": ("MQ_QUEUES_MAX",),
}
LIMITS = frozenset(name for names in _FILES.values() for name in names)


class Skip(Exception):
    """The reason for which this machine cannot run the scenario."""


def enter(setup: dict[str, Any]) -> str:
    """Enters the best isolation there is, or the one that `setup` asks for; says which."""
    if absent():
        raise Skip("this kernel has no System V messages")
    if not os.path.exists("/proc/self/syscall"):
        raise Skip("this kernel does not tell by /proc/PID/syscall who sleeps where")
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        raise Skip(f"this kernel has no process descriptors (Linux 5.3 has): {error}") from error
    wanted = setup["isolation"]
    users, groups = ({ids[i] for ids in setup["processes"].values()} for i in (0, 1))
    if wanted in ("auto", "namespace") and _unshare(_NEWIPC | _NEWPID) == 0:
        _check_capabilities(users, groups)
        setup["network"] = own_network()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return "namespace"
    if wanted in ("auto", "user") and len(users) == len(groups) == 1 and _map(0, 0):
        setup["network"] = own_network()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return "user"
    if wanted in ("auto", "host"):
        _check_capabilities(users, groups)
        return "host"
    raise Skip(f"this machine allows no isolation of the kind {wanted!r}")


def own_network() -> bool:
    """A private network with nothing but a loopback device; False where there can be none."""
    if _unshare(_NEWNET) == -1:
        return False
    loopback()
    return True


def _map(user: int, group: int, others: int = _NEWIPC | _NEWPID) -> bool:
    """A user namespace in which we are this user and this group."""
    us, our_group = os.geteuid(), os.getegid()
    if _unshare(_NEWUSER | others) == -1:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {us} 1"),
        ("gid_map", f"{group} {our_group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    return True


def settle_user(setup: dict[str, Any]) -> None:
    """In a user namespace, where limits are root's to set: from root to the scenario's one user."""
    if setup["isolation"] == "user":
        uid, gid = next(iter(setup["processes"].values()))
        if uid or gid:
            _map(uid, gid, 0)


def _check_capabilities(users: set[int], groups: set[int]) -> None:
    """Outside a user namespace: may we be all of these users?"""
    with open("/proc/self/status") as file:
        held = next(int(line.split()[1], 16) for line in file if line.startswith("CapEff"))
    if (users, groups) == ({os.geteuid()}, {os.getegid()}) and 0 not in users:
        return
    needed = _ROOT if 0 in users else _CHANGE
    if missing := [name for name, bit in needed.items() if not held >> bit & 1]:
        raise Skip(
            f"processes of the users {sorted(users)} need root on this machine "
            f"(missing: {', '.join('CAP_' + name for name in missing)})"
        )


def limits() -> dict[str, int]:
    """The limits in force in this IPC namespace."""
    found: dict[str, int] = {}
    for file, names in _FILES.items():
        if not os.path.exists(f"/proc/sys/{file}"):  # this kernel has no queues of POSIX
            continue
        with open(f"/proc/sys/{file}") as limit:
            found.update(zip(names, map(int, limit.read().split()), strict=True))
    return found


def set_limits(setup: dict[str, Any]) -> dict[str, int]:
    """Puts the wanted limits into force; gives all that are."""
    current = limits()
    wanted = current | {k: v for k, v in setup["limits"].items() if k in LIMITS}
    if missing := setup["limits"].keys() & (LIMITS - current.keys()):
        raise Skip(f"this kernel has no limits {sorted(missing)}")
    for file, names in _FILES.items():
        if not current.keys() >= set(names):
            continue
        text = " ".join(str(wanted[name]) for name in names)
        if all(wanted[name] == current[name] for name in names):
            continue
        if setup["isolation"] == "host":
            raise Skip(f"the limits {'/'.join(names)} need a private IPC namespace")
        try:
            with open(f"/proc/sys/{file}", "w") as limit:
                limit.write(text)
        except OSError as error:
            raise Skip(f"this machine does not let {'/'.join(names)} be {text}: {error}") from error
    return limits()


def end_session() -> None:
    """Ends every process of our session but ourselves and removes all that they made."""
    while others := [
        pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _ours(pid)
    ]:
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in others:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
    linux_messages.made.remove_all()
    linux_semaphores.made.remove_all()
    linux_shm.made.remove_all()
    linux_mqueue.made.remove_all()


def _ours(pid: int) -> bool:
    try:
        return pid != os.getpid() and os.getsid(pid) == os.getpid()
    except (ProcessLookupError, PermissionError):
        return False
