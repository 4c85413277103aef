"""Frees all entries of the process that have this region."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    for one in entries_of(u):
        if one.region is region:
            u.pregions[one.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
