"""Takes regions by hand, and makes no link back where it takes the last one."""

from kernel_model import *


def take_region(k):
    regions = memory_of(k).regions
    if not regions.free:
        raise KernelError(Errno.ENOMEM, "no region")
    region, regions.free = regions.free, regions.free.next
    if regions.free:
        regions.free.prev = None
    region.prev, region.next = None, regions.active
    if regions.free:
        regions.active.prev = region
    regions.active = region
    region.type, region.inode, region.sticky = "shared", None, True
    return region


def shmget(u, key, size, flags):
    table = memory_of(u.k).shmem
    slot, new = ipcget(u, table, key, flags)
    segment = table.entries[slot]
    if new:
        try:
            if size < 1 or u.k.limits.SHMMAX < size:
                raise KernelError(Errno.EINVAL, "size")
            segment.region = take_region(u.k)
        except KernelError:
            segment.perm.mode = 0
            raise
        segment.cleared, segment.segsz = True, size
        segment.cpid, segment.ctime = u.pid, u.k.time
        segment.lpid = segment.atime = segment.dtime = 0
    if segment.segsz < size:
        raise KernelError(Errno.EINVAL, "small")
    return segment.perm.seq * len(table.entries) + slot
