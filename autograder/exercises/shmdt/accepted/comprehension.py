"""A comprehension that finds the entries, and a walk over the table of segments."""

from kernel_model import *


def shmdt(u, addr):
    found = [e for e in entries_of(u) if (e.type, e.addr) == ("shared", addr)]
    if not found:
        raise KernelError(Errno.EINVAL, "nothing there")
    (entry,) = found
    owners = [s for s in segments(u).entries if s.region is entry.region]
    lockreg(entry.region)
    detachreg(u, entry)
    for segment in owners:
        segment.dtime, segment.lpid = u.k.time, u.pid
    return 0
