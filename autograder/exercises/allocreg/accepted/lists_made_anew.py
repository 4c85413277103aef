"""Makes both lists anew from Python lists."""

from itertools import pairwise

from kernel_model import *


def linked(order):
    for one in order:
        one.prev = one.next = None
    for one, other in pairwise(order):
        one.next, other.prev = other, one
    return order[0] if order else None


def allocreg(u, inode, rtype):
    table = memory_of(u.k).regions
    free, active = table.listed(table.free), table.listed(table.active)
    if not free:
        raise KernelError(Errno.ENOMEM, "no region")
    region = free.pop(len(free) // 2)
    active.append(region)
    table.free, table.active = linked(free), linked(active)
    region.type = rtype
    region.inode = inode
    region.locked = True
    return region
