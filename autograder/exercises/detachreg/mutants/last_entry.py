"""Frees the last entry of the process."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entries_of(u)[-1].slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
