"""Detaches by hand and never frees the region."""

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
    u.pregions[found.slot] = None
    u.size -= found.size
    region.refcount -= 1
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
