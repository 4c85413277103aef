"""Makes a new list of entries with the new one in it."""

from kernel_model import *


def attachreg(u, region, p, addr, rtype, readonly=False):
    pages = region.size if region.size > 0 else 1
    if addr // PAGE * PAGE != addr:
        raise KernelError(Errno.EINVAL, "no page begins there")
    if (why := illegal(u, p, addr, pages)) is not None:
        raise KernelError(Errno.EINVAL, why)
    for slot in [FIXED[rtype]] if rtype in FIXED else range(len(FIXED), len(p.pregions)):
        if p.pregions[slot] is None:
            break
    else:
        raise KernelError(Errno.EMFILE, "too many")
    new = Pregion(slot, region, rtype, addr, readonly)
    p.pregions = [*p.pregions[:slot], new, *p.pregions[slot + 1 :]]
    region.refcount += 1
    p.size += region.size
    return new
