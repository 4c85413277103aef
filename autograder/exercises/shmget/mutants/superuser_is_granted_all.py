"""Grants the superuser every bit of a segment that is found."""

from kernel_model import *


async def shmget(u, key, size, flags):
    k = u.k
    table = memory_of(k).shmem
    for slot, segment in enumerate(table.entries):
        if key and segment.perm.mode and segment.perm.key == key:
            if flags & IPC_CREAT and flags & IPC_EXCL:
                raise KernelError(Errno.EEXIST, "there")
            if size > segment.segsz:
                raise KernelError(Errno.EINVAL, "small")
            if u.euid and (flags & 0o777) & ~(segment.perm.mode & 0o777):
                raise KernelError(Errno.EACCES, "bits")
            return ipcid(table, slot)
    slot, _ = ipcget(u, table, key, flags)
    segment = table.entries[slot]
    ok = False
    try:
        if size <= 0 or size > k.limits.SHMMAX:
            raise KernelError(Errno.EINVAL, "size")
        segment.region = region = allocreg(u, None, "shared")
        region.sticky = ok = True
    finally:
        if not ok:
            segment.perm.mode = 0
    unlockreg(region)
    segment.segsz, segment.cleared = size, True
    segment.cpid, segment.lpid = u.pid, 0
    segment.atime, segment.dtime, segment.ctime = 0, 0, k.time
    return ipcid(table, slot)
