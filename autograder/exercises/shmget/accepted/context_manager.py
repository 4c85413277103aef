"""Frees the entry again by a context manager when anything goes wrong."""

from contextlib import contextmanager

from kernel_model import *


@contextmanager
def new_entry(segment):
    try:
        yield segment
    except KernelError:
        segment.perm.mode = 0
        raise


def fill_in(u, segment, size, region):
    region.sticky = True
    values = dict(region=region, segsz=size, cleared=True, cpid=u.pid, lpid=0, atime=0, dtime=0)
    for name, value in values.items():
        setattr(segment, name, value)
    segment.ctime = u.k.time


def shmget(u, key, size, flags):
    table = segments(u)
    slot, new = ipcget(u, table, key, flags)
    segment = table.entries[slot]
    if new:
        with new_entry(segment):
            if size not in range(SHMMIN, u.k.limits.SHMMAX + 1):
                raise KernelError(Errno.EINVAL, f"{size} bytes")
            region = allocreg(u, None, "shared")
        fill_in(u, segment, size, region)
        unlockreg(region)
    elif segment.segsz < size:
        raise KernelError(Errno.EINVAL, f"{size} of {segment.segsz} bytes")
    return ipcid(table, slot)
