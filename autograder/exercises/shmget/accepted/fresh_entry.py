"""Puts a new entry into the table, with the permission structure of the old one."""

from kernel_model import *


def create(u, table, slot, size):
    perm = table.entries[slot].perm
    region = allocreg(u, None, "shared")
    region.sticky = True
    table.entries[slot] = Segment(
        slot, perm, size, region, cleared=True, cpid=u.pid, ctime=u.k.time
    )
    unlockreg(region)


def shmget(u, key, size, flags):
    table = segments(u)
    slot, new = ipcget(u, table, key, flags)
    perm = table.entries[slot].perm
    match new:
        case True if SHMMIN <= size <= u.k.limits.SHMMAX:
            try:
                create(u, table, slot, size)
            except KernelError as error:
                perm.mode = 0
                raise error
        case True:
            perm.mode = 0
            raise KernelError(Errno.EINVAL, "size")
        case False if size > table.entries[slot].segsz:
            raise KernelError(Errno.EINVAL, "small")
    return ipcid(table, slot)
