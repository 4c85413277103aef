"""Takes the last free entry for a segment, and judges the address by itself."""

from kernel_model import *


SLOTS = {"text": 0, "data": 1, "stack": 2}


def overlaps(p, low, high):
    return [e for e in p.pregions if e and e.size and e.addr < high and low < e.end]


def attachreg(u, region, p, addr, rtype, readonly=False):
    if addr & (PAGE - 1):
        raise KernelError(Errno.EINVAL, "not a page")
    end = addr + (region.size or 1) * PAGE
    if addr < PAGE or end > 0x80000000 or overlaps(p, addr, end):
        raise KernelError(Errno.EINVAL, "not there")
    slot = SLOTS.get(rtype)
    if slot is None:
        free = [n for n in range(len(p.pregions) - 1, 2, -1) if p.pregions[n] is None]
        if not free:
            raise KernelError(Errno.EMFILE, "no entry")
        slot = free[0]
    p.pregions[slot] = entry = Pregion(slot, region, rtype, addr, bool(readonly))
    p.size = p.size + region.size
    region.refcount = region.refcount + 1
    return entry
