"""Takes the slot out of the table."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    del u.pregions[entry.slot]
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
