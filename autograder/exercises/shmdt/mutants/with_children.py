"""Detaches it from the parent as well."""

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
    for p in [u, *[p for p in u.k.procs.values() if p.pid == u.ppid]]:
        for one in entries_of(p):
            if one.region is region and one.addr == addr:
                lockreg(region)
                detachreg(p, one)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
