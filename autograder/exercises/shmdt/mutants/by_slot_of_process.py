"""Notes the detach in the entry with the number of the process's own."""

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
    segment = segments(u).entries[found.slot - 3]
    lockreg(region)
    detachreg(u, found)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
