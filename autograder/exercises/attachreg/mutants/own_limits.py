"""Knows where the kernel begins, and not where user memory does."""

from kernel_model import *


def freeslot(p, rtype):
    if rtype in FIXED:
        return FIXED[rtype]
    for slot in range(3, len(p.pregions)):
        if p.pregions[slot] is None:
            return slot
    raise KernelError(Errno.EMFILE, "no entry left")


def attachreg(u, region, p, addr, rtype, readonly=False):
    slot = freeslot(p, rtype)
    if (
        addr % PAGE
        or addr + max(region.size, 1) * PAGE > 0x80000000
        or any(
            e.size and e.addr < addr + max(region.size, 1) * PAGE and addr < e.end
            for e in entries_of(p)
        )
    ):
        raise KernelError(Errno.EINVAL, "the address")
    entry = Pregion(slot, region, rtype, addr, readonly)
    p.pregions[slot] = entry
    region.refcount += 1
    p.size += region.size
    return entry
