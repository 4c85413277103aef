"""Leaves one reference to a sticky region."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= not (region.sticky and region.refcount == 1)
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
