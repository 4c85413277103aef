"""Takes the lowest free slot, and leaves in prev what stood there on the free list."""

from kernel_model import *


def unlink(table, region):
    before, after = region.prev, region.next
    if before is None:
        table.free = after
    else:
        before.next = after
    if after is not None:
        after.prev = before


def push(table, region):
    region.next = table.active
    if table.active:
        table.active.prev = region
    table.active = region


def allocreg(u, inode, rtype):
    table = memory_of(u.k).regions
    for region in table.entries:
        if region.type == "" and not region.locked:
            unlink(table, region)
            push(table, region)
            lockreg(region)
            region.type, region.inode = rtype, inode
            return region
    raise KernelError(Errno.ENOMEM, "full")
