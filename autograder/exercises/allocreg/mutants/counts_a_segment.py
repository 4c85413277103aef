"""Counts the caller as one who has a segment."""

from kernel_model import *


def allocreg(u, inode, rtype):
    regions = memory_of(u.k).regions
    region = regions.free
    if region is None:
        raise KernelError(Errno.ENOMEM, "all regions are in use")
    regions.free = region.next
    if regions.free is not None:
        regions.free.prev = None
    region.type = rtype
    region.inode = inode
    region.refcount = int(rtype == "shared")
    region.prev = None
    region.next = regions.active
    if regions.active is not None:
        regions.active.prev = region
    regions.active = region
    lockreg(region)
    return region
