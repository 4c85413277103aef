"""Frees the first entry that has this region."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[next(e for e in entries_of(u) if e.region is region).slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
