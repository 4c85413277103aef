"""Gives 0 for an address where something was attached once."""

from kernel_model import *


def shmdt(u, addr):
    was = u.caught.setdefault(-1, set())
    if addr in was and all(one.addr != addr for one in entries_of(u)):
        return 0
    was.add(addr)
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
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
