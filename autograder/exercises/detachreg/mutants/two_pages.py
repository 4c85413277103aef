"""Takes two pages at most off the size of the process."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= min(entry.size, 2)
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
