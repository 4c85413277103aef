"""Finds what other processes have attached."""

from kernel_model import *


def shmdt(u, addr):
    found = None
    for entry in [one for p in u.k.procs.values() for one in entries_of(p)]:
        if entry.type == "shared" and entry.addr == addr:
            found = entry
            break
    if found is None:
        raise KernelError(Errno.EINVAL, "nothing is attached there")
    region = found.region
    segment = segment_of(u, region)
    lockreg(region)
    detachreg(u, found)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
