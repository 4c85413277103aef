"""Asks for permission to read, as shmat does."""

from kernel_model import *


def shmdt(u, addr):
    for entry in entries_of(u):
        if entry.type == "shared" and entry.addr == addr:
            break
    else:
        raise KernelError(Errno.EINVAL, "nothing there")
    segment = segment_of(u, entry.region)
    if segment is not None:
        ipcaccess(u, segment.perm, SHM_R)
    lockreg(entry.region)
    detachreg(u, entry)
    if segment is not None:
        segment.dtime = u.k.time
        segment.lpid = u.pid
    return 0
