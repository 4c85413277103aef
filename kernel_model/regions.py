"""Regions: allocreg, attachreg, growreg, loadreg, dupreg, detachreg, freereg (Bach 6.5).

A region is a contiguous piece of memory that processes can share: text, data, stack or a shared
memory segment. Whoever works on a region holds its lock; allocreg gives it locked, and freereg
and detachreg unlock it. No call of this kernel sleeps while it holds one, so a lock that is held
when another call comes will never be released.
"""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.memory import PAGE, getframe, peek, poke, putframe
from kernel_model.process import Process
from kernel_model.regiontable import (
    FIXED,
    SHAREABLE,
    Pregion,
    Region,
    entries_of,
    lockreg,
    memory_of,
    unlockreg,
)
from kernel_model.traps import algorithm


@algorithm
def allocreg(u: Process, inode: str | None, rtype: str) -> Region:
    """Takes a region off the free list; gives it locked, without memory, on the active list.

    Fails with ENOMEM when no region is free. (Bach, Figure 6.19)
    """
    regions = memory_of(u.k).regions
    #: there must be a free region
    region = regions.free
    if region is None:
        raise KernelError(Errno.ENOMEM, f"all {regions.limit} regions are in use")
    #: remove it from the free list
    regions.free = region.next
    if region.next is not None:
        region.next.prev = None
    #: assign its type and its inode
    region.type, region.inode = rtype, inode
    #: place it on the active list
    region.next = regions.active
    if regions.active is not None:
        regions.active.prev = region
    regions.active = region
    #: give it locked
    lockreg(region)
    return region


@algorithm
def attachreg(
    u: Process, region: Region, p: Process, addr: int, rtype: str, readonly: bool = False
) -> Pregion:
    """Attaches a locked region to the process `p` at a virtual address; gives its new entry.

        no entry left for this type     EMFILE
        address not that of a page      EINVAL
        outside what a user may have    EINVAL
        over another region of p        EINVAL

    (Bach, Figure 6.20)
    """
    #: find a free per process region entry
    slot = freeslot(p, rtype)
    if slot is None:
        raise KernelError(Errno.EMFILE, f"{p.name} has {u.k.limits.SHMSEG} segments attached")
    #: check the legality of virtual address and region size
    if addr % PAGE:
        raise KernelError(Errno.EINVAL, f"{addr:#x} is not the address of a page")
    why = illegal(u, p, addr, max(region.size, 1))
    if why:
        raise KernelError(Errno.EINVAL, why)
    #: set up the entry: pointer to the region, type, virtual address
    entry = Pregion(slot, region, rtype, addr, readonly)
    assert p.pregions is not None, f"{p.name} has no table of regions"
    p.pregions[slot] = entry
    #: count the reference
    region.refcount += 1
    #: increase the size of the process
    p.size += region.size
    return entry


@algorithm
def growreg(u: Process, entry: Pregion, change: int) -> None:
    """Changes the size of a locked region of the process by `change` pages.

    Fails with ENOMEM when there is no room after it, or not enough frames. (Bach, Figure 6.21)
    """
    region, frames = entry.region, memory_of(u.k).frames
    if change > 0:
        #: the region grows: check the legality of the new size
        why = illegal(u, u, entry.end, change)
        if why:
            raise KernelError(Errno.ENOMEM, why)
        #: there must be enough physical memory
        if change > frames.left:
            raise KernelError(Errno.ENOMEM, f"{change} pages, but only {frames.left} frames")
        #: allocate a frame for each new page, and enter it into the page table
        for page in range(region.size, region.size + change):
            enter(u, region, page, getframe(frames))
    else:
        #: the region shrinks: free the frames of the pages that go
        for page in range(region.size + change, region.size):
            putframe(frames, region.pages.pop(page))
    #: set the size of the region and of the process
    region.size += change
    u.size += change


@algorithm
def loadreg(u: Process, entry: Pregion, inode: str, content: bytes) -> None:
    """Loads the contents of a file into a locked region, which grows to hold it.

    Departs from Bach: reading never sleeps, so nobody can meet a region that is being filled.
    (Bach, Figure 6.22)
    """
    region = entry.region
    #: increase the size of the region
    growreg(u, entry, pages_of(len(content)) - region.size)
    #: read the file into it
    for page in range(region.size):
        part = content[page * PAGE : (page + 1) * PAGE]
        if page not in region.pages:
            enter(u, region, page, getframe(memory_of(u.k).frames))
        poke(memory_of(u.k).frames, region.pages[page], 0, part)
    u.tally.copies += 1
    u.tally.copied += len(content)


@algorithm
def dupreg(u: Process, region: Region) -> Region:
    """The region that a child has in place of a locked one: the same, or a locked copy.

    Fails with ENOMEM when there is no free region, or not enough frames. (Bach, Figure 6.27)
    """
    #: a region that is shared stays the same: attachreg counts the reference
    if region.type in SHAREABLE:
        return region
    #: allocate a new region
    frames = memory_of(u.k).frames
    if len(region.pages) > frames.left:
        raise KernelError(Errno.ENOMEM, f"{len(region.pages)} pages, and {frames.left} frames")
    copy = allocreg(u, region.inode, region.type)
    copy.size, copy.backing = region.size, region.backing
    if copy.backing is not None:
        copy.backing.opens += 1
    #: allocate a frame for each page that has one, and copy what it holds
    for page, frame in region.pages.items():
        enter(u, copy, page, getframe(frames))
        u.tally.copies += 1
        u.tally.copied += PAGE
        if frame in frames.content:
            poke(frames, copy.pages[page], 0, peek(frames, frame, 0, PAGE))
    return copy


@algorithm
def detachreg(u: Process, entry: Pregion) -> None:
    """Detaches a locked region from the process, and unlocks it; the last one out frees it.

    (Bach, Figure 6.24)
    """
    region = entry.region
    #: free the per process region entry
    assert u.pregions is not None, f"{u.name} has no table of regions"
    u.pregions[entry.slot] = None
    #: decrease the size of the process
    u.size -= entry.size
    #: decrement the reference count; when it is 0 free the region, unless it is to stay
    region.refcount -= 1
    if region.refcount == 0 and not region.sticky:
        freereg(u, region)
    else:
        unlockreg(region)


@algorithm
def freereg(u: Process, region: Region) -> None:
    """Frees a locked region and its memory, unless it is still referred to; unlocks it.

    (Bach, Figure 6.23)
    """
    regions, frames = memory_of(u.k).regions, memory_of(u.k).frames
    #: if some process still uses it, only unlock it
    if region.refcount > 0:
        unlockreg(region)
        return
    #: free its memory and its page table, and clear its fields
    for page in sorted(region.pages):
        putframe(frames, region.pages[page])
    region.pages = {}
    region.type, region.inode, region.size, region.sticky = "", None, 0, False
    region.backing, region.dirty = None, set()
    #: remove it from the active list
    if region.prev is None:
        regions.active = region.next
    else:
        region.prev.next = region.next
    if region.next is not None:
        region.next.prev = region.prev
    #: place it on the free list
    region.prev, region.next = None, regions.free
    if regions.free is not None:
        regions.free.prev = region
    regions.free = region
    #: unlock it
    unlockreg(region)


def enter(u: Process, region: Region, page: int, frame: int) -> None:
    """Writes an entry of the page table."""
    region.pages[page] = frame
    u.tally.entries += 1


def pages_of(size: int) -> int:
    """How many pages so many bytes take."""
    return -(-size // PAGE)


def freeslot(p: Process, rtype: str) -> int | None:
    """The slot for a region of this type: fixed for text, data and stack; None: all are used."""
    assert p.pregions is not None, f"{p.name} has no table of regions"
    if rtype in FIXED:
        return FIXED[rtype]
    for slot in range(len(FIXED), len(p.pregions)):
        if p.pregions[slot] is None:
            return slot
    return None


def illegal(u: Process, p: Process, addr: int, pages: int) -> str | None:
    """Why `p` cannot have so many pages at this address; None: it can."""
    layout = memory_of(u.k).layout
    end = addr + pages * PAGE
    if addr < layout.lowest or end > layout.highest:
        return f"{addr:#x} to {end:#x} is not all in user memory"
    for other in entries_of(p):
        if addr < other.end and other.addr < end and other.size:
            return f"{addr:#x} to {end:#x} lies over the {other.type} region of {p.name}"
    return None
