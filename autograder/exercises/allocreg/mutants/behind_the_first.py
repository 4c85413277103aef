"""Puts the region behind the first one, and forgets one link."""

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
    region.prev = None
    first = regions.active
    if first is None:
        regions.active, region.next = region, None
    else:
        region.next, region.prev, first.next = first.next, first, region
    lockreg(region)
    return region
