"""A coroutine with early ways out."""

from kernel_model import *


async def detachreg(u, entry):
    region, pages = entry.region, entry.size
    region.refcount = region.refcount - 1
    for slot in range(len(u.pregions)):
        if u.pregions[slot] is entry:
            u.pregions[slot] = None
            u.size = u.size - pages
    if region.refcount > 0:
        return unlockreg(region)
    if region.sticky:
        return unlockreg(region)
    freereg(u, region)
