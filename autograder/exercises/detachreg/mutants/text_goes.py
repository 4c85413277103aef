"""Frees a text with the first process that leaves it."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.type == "text":
        region.refcount = 0
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
