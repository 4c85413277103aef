"""A match on the count and on whether the region is to stay."""

from kernel_model import *


def detachreg(u, entry):
    match entry:
        case Pregion(slot=slot, region=region):
            u.pregions[slot] = None
    u.size -= entry.size
    region.refcount -= 1
    match region.refcount, region.sticky:
        case 0, False:
            freereg(u, region)
        case _:
            unlockreg(region)
