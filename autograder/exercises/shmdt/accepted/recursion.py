"""Looks through the entries by recursion, and matches on what it finds."""

from kernel_model import *


def at(entries, addr):
    match entries:
        case []:
            return None
        case [first, *_] if first is not None and first.type == "shared" and first.addr == addr:
            return first
        case [_, *rest]:
            return at(rest, addr)


def shmdt(u, addr):
    entry = at(u.pregions, addr)
    if not entry:
        raise KernelError(Errno.EINVAL, "nothing to detach")
    segment = segment_of(u, entry.region)
    lockreg(entry.region)
    detachreg(u, entry)
    if segment is None:
        return 0
    segment.dtime, segment.lpid = u.k.time, u.pid
    return 0
