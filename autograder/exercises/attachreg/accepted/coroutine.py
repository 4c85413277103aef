"""A coroutine that undoes what it has done when the address turns out to be illegal."""

from kernel_model import *


async def attachreg(u, region, p, addr, rtype, readonly=False):
    fixed = {"text": 0, "data": 1, "stack": 2}
    slots = [fixed[rtype]] if rtype in fixed else range(3, len(p.pregions))
    slot = next((n for n in slots if p.pregions[n] is None), -1)
    if slot < 0:
        raise KernelError(Errno.EMFILE, "none left")
    region.refcount += 1
    try:
        why = "page" if addr % PAGE else illegal(u, p, addr, region.size + (region.size == 0))
        if why:
            raise KernelError(Errno.EINVAL, why)
    except KernelError:
        region.refcount -= 1
        raise
    p.pregions[slot] = Pregion(slot, region, rtype, addr, readonly)
    p.size += region.size
    return p.pregions[slot]
