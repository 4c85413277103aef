"""Makes a new list of entries without this one."""

from kernel_model import *


def detachreg(u, entry):
    u.pregions = [None if one is entry else one for one in u.pregions]
    u.size = sum(one.size for one in entries_of(u))
    entry.region.refcount -= 1
    free = not entry.region.refcount and not entry.region.sticky
    (freereg if free else lambda u, region: unlockreg(region))(u, entry.region)
