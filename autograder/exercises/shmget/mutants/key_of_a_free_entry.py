"""Finds the key of a segment that was removed."""

from kernel_model import *


def shmget(u, key, size, flags):
    table = segments(u)
    there = [s for s in table.entries if key != IPC_PRIVATE and s.perm.key == key]
    if there:
        slot, _ = ipcget(u, table, key, flags)
        if there[0].segsz < size:
            raise KernelError(Errno.EINVAL, "too small")
        return ipcid(table, slot)
    if key != IPC_PRIVATE and not flags & IPC_CREAT:
        raise KernelError(Errno.ENOENT, "no such key")
    if size < SHMMIN or size > u.k.limits.SHMMAX:
        raise KernelError(Errno.EINVAL, "no such size")
    if all(s.perm.mode & IPC_ALLOC for s in table.entries):
        raise KernelError(Errno.ENOSPC, "full")
    region = allocreg(u, None, "shared")
    slot, _ = ipcget(u, table, key, flags)
    s = table.entries[slot]
    s.region, s.segsz, s.cleared, region.sticky = region, size, True, True
    s.cpid, s.lpid, s.atime, s.dtime, s.ctime = u.pid, 0, 0, 0, u.k.time
    unlockreg(region)
    return ipcid(table, slot)
