"""Makes the table of the process longer when it is full."""

from kernel_model import *


def freeslot(p, rtype):
    if rtype in FIXED:
        return FIXED[rtype]
    for slot in range(3, len(p.pregions)):
        if p.pregions[slot] is None:
            return slot
    p.pregions.append(None)
    return len(p.pregions) - 1


def attachreg(u, region, p, addr, rtype, readonly=False):
    slot = freeslot(p, rtype)
    if addr % PAGE or illegal(u, p, addr, max(region.size, 1)):
        raise KernelError(Errno.EINVAL, "the address")
    entry = Pregion(slot, region, rtype, addr, readonly)
    p.pregions[slot] = entry
    region.refcount += 1
    p.size += region.size
    return entry
