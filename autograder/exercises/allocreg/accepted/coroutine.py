"""A coroutine that locks first and links afterwards."""

from kernel_model import *


async def allocreg(u, inode, rtype):
    regions = u.k.memory.regions
    match regions.free:
        case None:
            raise KernelError(Errno.ENOMEM, "nothing free")
        case region:
            lockreg(region)
    after = region.next
    if after is not None:
        after.prev = None
    head, regions.free, regions.active = regions.active, after, region
    region.next, region.prev = head, None
    if head is not None:
        head.prev = region
    region.inode, region.type = inode, rtype
    return region
