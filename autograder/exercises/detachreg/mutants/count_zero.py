"""Sets the count to 0."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount = 0
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
