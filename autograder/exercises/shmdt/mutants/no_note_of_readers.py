"""Notes nothing of a detach of what could only be read."""

from kernel_model import *


def shmdt(u, addr):
    for entry in entries_of(u):
        if entry.type == "shared" and entry.addr == addr:
            break
    else:
        raise KernelError(Errno.EINVAL, "nothing there")
    segment = segment_of(u, entry.region)
    lockreg(entry.region)
    detachreg(u, entry)
    if segment is not None and not entry.readonly:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
