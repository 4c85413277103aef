"""Counts the creator as one who has it."""

from kernel_model import *


def shmget(u, key, size, flags):
    table = segments(u)
    slot, new = ipcget(u, table, key, flags)
    segment = table.entries[slot]
    if not new:
        if size > segment.segsz:
            raise KernelError(Errno.EINVAL, "the segment is smaller")
        return ipcid(table, slot)
    if not SHMMIN <= size <= u.k.limits.SHMMAX:
        segment.perm.mode = 0
        raise KernelError(Errno.EINVAL, "an illegal size")
    try:
        region = allocreg(u, None, "shared")
    except KernelError:
        segment.perm.mode = 0
        raise
    region.sticky = True
    region.refcount += 1
    segment.region = region
    segment.cleared = True
    segment.segsz = size
    segment.cpid = u.pid
    segment.lpid = 0
    segment.atime = segment.dtime = 0
    segment.ctime = u.k.time
    unlockreg(region)
    return ipcid(table, slot)
