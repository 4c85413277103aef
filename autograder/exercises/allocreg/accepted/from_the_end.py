"""Takes the last of the free list, and puts it at the end of the active list."""

from kernel_model import *


def last(region):
    while region is not None and region.next is not None:
        region = region.next
    return region


def allocreg(u, inode, rtype):
    regions = memory_of(u.k).regions
    region = last(regions.free)
    if region is None:
        raise KernelError(Errno.ENOMEM, "none is free")
    if region.prev is None:
        regions.free = None
    else:
        region.prev.next = None
    end = last(regions.active)
    region.prev, region.next = end, None
    if end is None:
        regions.active = region
    else:
        end.next = region
    region.type, region.inode = rtype, inode
    lockreg(region)
    return region
