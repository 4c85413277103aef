"""Gives the memory back with the last detach."""

from kernel_model import *


def shmdt(u, addr):
    found = None
    for entry in entries_of(u):
        if entry.type == "shared" and entry.addr == addr:
            found = entry
            break
    if found is None:
        raise KernelError(Errno.EINVAL, "nothing is attached there")
    region = found.region
    segment = segment_of(u, region)
    lockreg(region)
    if region.refcount == 1 and segment is not None:
        growreg(u, found, -region.size)
        segment.cleared = True
    detachreg(u, found)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
