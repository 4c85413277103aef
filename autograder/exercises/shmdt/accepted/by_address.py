"""A dictionary of addresses, and errors by what is missing in it."""

from kernel_model import *


def shmdt(u, addr):
    at = {entry.addr: entry for entry in entries_of(u) if entry.type == "shared"}
    try:
        entry = at[addr]
    except KeyError:
        raise KernelError(Errno.EINVAL, "no segment") from None
    region = entry.region
    segment = segment_of(u, region)
    lockreg(region)
    detachreg(u, entry)
    if segment:
        segment.lpid, segment.dtime = u.pid, u.k.time
    return 0
