"""Gives the memory of a sticky region back."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    elif region.refcount == 0:
        for page in sorted(region.pages):
            putframe(memory_of(u.k).frames, region.pages.pop(page))
        unlockreg(region)
    else:
        unlockreg(region)
