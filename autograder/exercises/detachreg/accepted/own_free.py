"""Does by itself what freereg does."""

from kernel_model import *


def unlink(table, region):
    if region.prev:
        region.prev.next = region.next
    else:
        table.active = region.next
    if region.next:
        region.next.prev = region.prev
    region.prev, region.next = None, table.free
    if table.free:
        table.free.prev = region
    table.free = region


def detachreg(u, entry):
    memory, region = memory_of(u.k), entry.region
    slot = u.pregions.index(entry)
    u.pregions[slot] = None
    u.size -= region.size
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        while region.pages:
            _, frame = region.pages.popitem()
            putframe(memory.frames, frame)
        region.size, region.type, region.inode = 0, "", None
        unlink(memory.regions, region)
    unlockreg(region)
