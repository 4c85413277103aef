"""Unlocks a region that was freed."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    unlockreg(region)
