"""Recursion down the list of entries, for the key and for a free one."""

from kernel_model import *


def ipcget(u, table, key, flags):
    slot = None if key == IPC_PRIVATE else find(table.entries, key)
    if slot is not None:
        return found(table.entries[slot].perm, slot, flags)
    if key != IPC_PRIVATE and flags & IPC_CREAT == 0:
        raise KernelError(Errno.ENOENT, f"key {key}")
    slot = free(table.entries)
    perm = table.entries[slot].perm
    perm.key, perm.mode = key, flags & 0o777 | IPC_ALLOC
    perm.uid, perm.gid, perm.cuid, perm.cgid = (u.euid, u.egid) * 2
    return slot, True


def found(perm, slot, flags):
    if flags & 0o777 & perm.mode != flags & 0o777:
        raise KernelError(Errno.EACCES, "bits are missing")
    if flags & (IPC_CREAT | IPC_EXCL) == IPC_CREAT | IPC_EXCL:
        raise KernelError(Errno.EEXIST, f"slot {slot}")
    return slot, False


def find(entries, key, slot=0):
    if slot == len(entries):
        return None
    perm = entries[slot].perm
    return slot if perm.mode & IPC_ALLOC and perm.key == key else find(entries, key, slot + 1)


def free(entries, slot=0):
    if slot == len(entries):
        raise KernelError(Errno.ENOSPC, "no entry is free")
    return free(entries, slot + 1) if entries[slot].perm.mode & IPC_ALLOC else slot
