"""Takes the last free region, and breaks the list when it is the only one."""

from kernel_model import *


def allocreg(u, inode, rtype):
    regions = memory_of(u.k).regions
    region = regions.free
    while region is not None and region.next is not None:
        region = region.next
    if region is None:
        raise KernelError(Errno.ENOMEM, "all regions are in use")
    if region.prev is not None:
        region.prev.next = None
    region.type = rtype
    region.inode = inode
    region.prev = None
    region.next = regions.active
    if regions.active is not None:
        regions.active.prev = region
    regions.active = region
    lockreg(region)
    return region
