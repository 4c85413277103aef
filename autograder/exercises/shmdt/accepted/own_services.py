"""Does by itself what detachreg does, with freereg for the end."""

from kernel_model import *


def release(u, entry):
    region = entry.region
    u.pregions[entry.slot] = None
    u.size -= region.size
    region.refcount -= 1
    if not (region.refcount or region.sticky):
        region.locked = True
        freereg(u, region)


def shmdt(u, addr):
    slot = 3
    while slot < len(u.pregions):
        entry = u.pregions[slot]
        if entry and entry.addr == addr:
            for segment in memory_of(u.k).shmem.entries:
                if segment.perm.mode and segment.region is entry.region:
                    segment.lpid = u.pid
                    segment.dtime = u.k.time
            release(u, entry)
            return 0
        slot += 1
    raise KernelError(Errno.EINVAL, f"{addr}")
