"""System V IPC of Linux: how entries are found, made and freed (Linux ipc/util.c)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import IPC_CREAT, IPC_EXCL, IPC_PRIVATE
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import INDEX, IPC_ALLOC, IpcPerm, IpcTable, refused
from kernel_model.linux.control import NOBODY
from kernel_model.process import Process
from kernel_model.traps import linux

CYCLE = 64  # slots go round over at least so many before one is used again


def as_int(value: int) -> int:
    """The value as an int of C holds it: what is left of it in 32 bits."""
    return (value + 2**31) % 2**32 - 2**31


def as_fields(wanted: dict[str, int]) -> dict[str, int]:
    """What IPC_SET is given, each value as its field holds it, an unsigned int.

    EINVAL for -1, which is no user and no group.
    """
    held = {name: value & NOBODY for name, value in wanted.items()}
    if NOBODY in (held.get("uid"), held.get("gid")):
        raise KernelError(Errno.EINVAL, "-1 is no user and no group")
    return held


@linux
def ipcget(u: Process, table: IpcTable[Any], key: int, flags: int) -> tuple[int, bool]:
    """Finds the entry with this key, or makes one.

    Other than the classic kernel: permission is asked class by class, and the superuser has
    it; slots are given out in turn; the sequence number counts for the whole table.
    """
    used, key = 0, as_int(key)
    #: unless the key is private, look for it among the entries in use
    for slot, entry in enumerate(table.entries):
        if entry.perm.mode & IPC_ALLOC:
            used += 1
            if key != IPC_PRIVATE and entry.perm.key == key:
                if flags & IPC_CREAT and flags & IPC_EXCL:
                    raise KernelError(Errno.EEXIST, f"key {key} is taken by slot {slot}")
                #: found: the class of the caller must have every bit asked for
                u.k.algorithms["ipcaccess"](u, entry.perm, flags & 0o777)
                return slot, False
    if key != IPC_PRIVATE and not flags & IPC_CREAT:
        raise KernelError(Errno.ENOENT, f"no entry has key {key}")
    if used >= table.limit:
        raise KernelError(Errno.ENOSPC, f"all {table.limit} entries are in use")
    #: take the next free slot in turn
    slot = next_slot(table, used)
    if slot <= table.last:
        table.seq = (table.seq + 1) % (2**31 // INDEX)
    table.last = slot
    #: fill in its permission structure
    table.entries[slot].perm = IpcPerm(
        IPC_ALLOC | flags & 0o777, key, u.euid, u.egid, u.euid, u.egid, table.seq
    )
    return slot, True


def next_slot(table: IpcTable[Any], used: int) -> int:
    """The first free slot after the last one given out, going round; the table grows to it."""
    span = min(max(used * 3 // 2, CYCLE), INDEX)
    place: int
    for place in (*range(table.last + 1, span), *range(span)):
        while len(table.entries) <= place:
            table.entries.append(table.make(len(table.entries)))
        if not table.entries[place].perm.mode & IPC_ALLOC:
            return place
    raise KernelError(Errno.ENOSPC, f"no slot of {table.name} is free")


@linux
def ipcaccess(u: Process, perm: IpcPerm, mode: int) -> None:
    """Fails with EACCES unless the caller's class has every bit of `mode` (owner's bits)."""
    asked = (mode >> 6 | mode >> 3 | mode) & 7
    granted, place = perm.mode, 2
    if u.euid in (perm.uid, perm.cuid):
        granted, place = granted >> 6, 0
    elif u.egid in (perm.gid, perm.cgid):
        granted, place = granted >> 3, 1
    if asked & ~granted and u.euid != 0:
        raise refused(u, perm, place, asked)
