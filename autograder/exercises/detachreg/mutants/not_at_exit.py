"""Detaches nothing of a process that ends."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    if u.current and u.current.name == "exit" and entry.slot == 5:
        unlockreg(region)
        return
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
