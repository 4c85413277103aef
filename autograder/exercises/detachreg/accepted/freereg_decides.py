"""Leaves it to freereg whether somebody still refers to the region."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.size -= region.size
    region.refcount -= 1
    u.pregions[entry.slot] = None
    if region.sticky:
        unlockreg(region)
    else:
        freereg(u, region)
