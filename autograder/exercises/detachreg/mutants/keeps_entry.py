"""Leaves the entry of a segment in the table of the process."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    if entry.type != "shared":
        u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
