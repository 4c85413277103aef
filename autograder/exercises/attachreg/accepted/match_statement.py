"""A match on the type, and a list of reasons against the address."""

from kernel_model import *


def slot_for(p, rtype):
    match rtype:
        case "text":
            return 0
        case "data":
            return 1
        case "stack":
            return 2
    for slot, entry in enumerate(p.pregions):
        if slot > 2 and not entry:
            return slot
    return None


def attachreg(u, region, p, addr, rtype, readonly=False):
    slot = slot_for(p, rtype)
    if slot is None:
        raise KernelError(Errno.EMFILE, "full")
    reasons = [addr % PAGE != 0 and "page", illegal(u, p, addr, region.size or 1)]
    if any(reasons):
        raise KernelError(Errno.EINVAL, str(reasons))
    entry = Pregion(slot=slot, region=region, type=rtype, addr=addr, readonly=readonly)
    p.pregions[slot] = entry
    p.size += entry.size
    region.refcount += 1
    return entry
