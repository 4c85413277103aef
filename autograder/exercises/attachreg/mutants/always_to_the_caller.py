"""Attaches to the process that calls when that has room."""

from kernel_model import *


def freeslot(p, rtype):
    if rtype in FIXED:
        return FIXED[rtype]
    for slot in range(3, len(p.pregions)):
        if p.pregions[slot] is None:
            return slot
    raise KernelError(Errno.EMFILE, "no entry left")


def attachreg(u, region, p, addr, rtype, readonly=False):
    if p is not u and rtype == "shared" and not illegal(u, u, addr, 1):
        p = u
    slot = freeslot(p, rtype)
    if addr % PAGE or illegal(u, p, addr, max(region.size, 1)):
        raise KernelError(Errno.EINVAL, "the address")
    entry = Pregion(slot, region, rtype, addr, readonly)
    p.pregions[slot] = entry
    region.refcount += 1
    p.size += region.size
    return entry
