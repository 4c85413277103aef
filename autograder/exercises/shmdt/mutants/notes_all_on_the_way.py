"""Notes the process in each segment that it comes by, before it has found the right one."""

from kernel_model import *


def shmdt(u, addr):
    for entry in entries_of(u):
        seg = segment_of(u, entry.region)
        if seg:
            seg.lpid = u.pid
        if entry.type == "shared" and entry.addr == addr:
            break
    else:
        raise KernelError(Errno.EINVAL, "nothing there")
    segment = segment_of(u, entry.region)
    lockreg(entry.region)
    detachreg(u, entry)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
