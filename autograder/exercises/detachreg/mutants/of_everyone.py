"""Detaches it from every process that has it at this address."""

from kernel_model import *


def detachreg(u, entry):
    region = entry.region
    for p in u.k.procs.values():
        for one in entries_of(p):
            if (
                one is not entry
                and one.region is region
                and region.type == "shared"
                and one.addr == entry.addr
            ):
                p.pregions[one.slot] = None
                p.size -= one.size
                region.refcount -= 1
    u.pregions[entry.slot] = None
    u.size -= entry.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)
