"""Regions of Linux: memory comes when it is touched; parts of a region can be attached (mm/)."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.memory import PAGE, putframe
from kernel_model.process import Process
from kernel_model.regions import freeslot, illegal
from kernel_model.regiontable import Pregion, Region, memory_of
from kernel_model.traps import ALGORITHMS, linux

GROWTH = 16  # regions that are made at once


@linux
def allocreg(u: Process, inode: str | None, rtype: str) -> Region:
    """Takes a region off the free list, which grows when it is empty."""
    regions = memory_of(u.k).regions
    if regions.free is None:
        regions.fill(GROWTH)
    region: Region = ALGORITHMS["allocreg"](u, inode, rtype)
    return region


@linux
def attachreg(
    u: Process,
    region: Region,
    p: Process,
    addr: int,
    rtype: str,
    readonly: bool = False,
    part: tuple[int, int] | None = None,
) -> Pregion:
    """Attaches a locked region, or a part of it (first page, pages), to the process `p`."""
    slot = freeslot(p, rtype)
    slot = len(p.pregions or ()) if slot is None else slot  # the table grows
    entry = Pregion(slot, region, rtype, addr, readonly)
    if part is not None:
        entry.first, entry.count = part
    #: check the legality of the virtual address
    why = f"{addr:#x} is not the address of a page" if addr % PAGE else None
    why = why or illegal(u, p, addr, entry.size)
    if why:
        raise KernelError(Errno.EINVAL, why)
    assert p.pregions is not None, f"{p.name} has no table of regions"
    #: set up the entry, count the reference, increase the size of the process
    p.pregions[entry.slot :] = [entry, *p.pregions[entry.slot + 1 :]]
    region.refcount += 1
    p.size += entry.size
    return entry


@linux
def growreg(u: Process, entry: Pregion, change: int) -> None:
    """Changes the size of a locked region; frames come with the page faults."""
    region = entry.region
    #: the region grows: check the legality of the new size
    why = illegal(u, u, entry.end, change) if change > 0 else None
    if why:
        raise KernelError(Errno.ENOMEM, why)
    #: the region shrinks: free the frames that it has
    for page in [page for page in region.pages if page >= region.size + change]:
        putframe(memory_of(u.k).frames, region.pages.pop(page))
    region.size += change
    u.size += change
