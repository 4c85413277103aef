"""Leaves the link back that the region had on the free list."""

from kernel_model import *


def allocreg(u, inode, rtype):
    regions = memory_of(u.k).regions
    region = regions.free
    if region is None:
        raise KernelError(Errno.ENOMEM, "all regions are in use")
    regions.free = region.next
    region.type = rtype
    region.inode = inode
    region.next = regions.active
    if regions.active is not None:
        regions.active.prev = region
    regions.active = region
    lockreg(region)
    return region
