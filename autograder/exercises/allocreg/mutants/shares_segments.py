"""Gives the region of the first segment again."""

from kernel_model import *


def allocreg(u, inode, rtype):
    regions = memory_of(u.k).regions
    for other in regions.listed(regions.active):
        if rtype == other.type == "shared":
            lockreg(other)
            return other
    region = regions.free
    if region is None:
        raise KernelError(Errno.ENOMEM, "all regions are in use")
    regions.free = region.next
    if regions.free is not None:
        regions.free.prev = None
    region.type = rtype
    region.inode = inode
    region.prev = None
    region.next = regions.active
    if regions.active is not None:
        regions.active.prev = region
    regions.active = region
    lockreg(region)
    return region
