"""Locks the region after it has detached it."""

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
    detachreg(u, found)
    lockreg(region)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
