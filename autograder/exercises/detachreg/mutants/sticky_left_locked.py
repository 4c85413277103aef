"""Leaves a region locked that is to stay."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    elif not region.sticky:
        unlockreg(region)
