"""Never frees a text."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky and region.type != "text":
        freereg(u, region)
    else:
        unlockreg(region)
