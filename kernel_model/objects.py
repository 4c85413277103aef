"""Pages of files and memory objects: their regions, writing back, and taking pages when short.

A region whose `backing` is an inode holds pages of it. The region of a memory object (POSIX,
Android) is made with the object and stays while the object can be opened or is open; that of a
file is there while the file is mapped. What a process has for itself alone (MAP_PRIVATE) is a
region of type private, which begins with what the file holds.
"""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.inode import Inode, iput
from kernel_model.memory import PAGE, getframe, peek, putframe
from kernel_model.process import Process
from kernel_model.regions import allocreg, detachreg, enter, freereg, pages_of
from kernel_model.regiontable import Pregion, Region, lockreg, memory_of, unlockreg
from kernel_model.traps import algorithm


@algorithm
def newobject(u: Process, inode: Inode) -> None:
    """A memory object has a region from the beginning, which stays when nobody maps it.

    Fails with ENOMEM when no region is free.
    """
    #: allocate a region, and let it stay
    region = allocreg(u, inode.name, "mapped")
    region.sticky = True
    #: no memory is associated with it yet: pages come when they are touched
    region.backing, inode.region = inode, region
    region.size = pages_of(inode.size)
    unlockreg(region)


@algorithm
def freeobject(u: Process, inode: Inode) -> None:
    """The region of a memory object that nobody can open any more goes with its last user."""
    region = inode.region
    assert region is not None, "an object without a region"
    lockreg(region)
    region.sticky = False
    if region.refcount == 0:
        inode.region = None
    freereg(u, region)


@algorithm
def mapdetach(u: Process, entry: Pregion) -> None:
    """Detaches a mapping, by munmap, exec or exit; the last one of a file writes it back."""
    region = entry.region
    inode = region.backing
    shared = inode is not None and inode.region is region
    #: the last mapping of a file: write the changed pages back
    if shared and region.refcount == 1:
        writeback(u, region)
    #: detach the region
    lockreg(region)
    detachreg(u, entry)
    #: the inode goes if this was all that held it
    if inode is not None and region.refcount == 0:
        if not shared:
            inode.opens -= 1
        elif not region.sticky:
            inode.region = None
        iput(u, inode)


@algorithm
def writeback(u: Process, region: Region, first: int = 0, end: int | None = None) -> None:
    """Writes changed pages of a file to the disk, as far as the file goes; objects have none."""
    inode = region.backing
    if inode is None or inode.kind != "file":
        return
    for page in sorted(region.dirty):
        if first <= page and (end is None or page < end):
            #: copy the page to the disk; it is like the disk's now
            start = page * PAGE
            text = peek(memory_of(u.k).frames, region.pages[page], 0, PAGE)
            inode.disk[start : start + PAGE] = text[: inode.size - start]
            region.dirty.discard(page)


@algorithm
def newpage(u: Process, inode: Inode, page: int) -> int:
    """A frame for a page of a memory object that is written to by write; ENOSPC without one."""
    region, frames = inode.region, memory_of(u.k).frames
    assert region is not None, "an object without a region"
    if frames.left == 0:
        shrink(u, 1)
    if frames.left == 0:
        raise KernelError(Errno.ENOSPC, "no frame is free")
    enter(u, region, page, getframe(frames))
    return region.pages[page]


@algorithm
def shrink(u: Process, wanted: int) -> None:
    """Memory is short: takes unpinned pages of ashmem until so many frames are free, or none."""
    frames, files = memory_of(u.k).frames, u.k.filesystem
    #: look for unpinned pages that are in memory, those unpinned first before the others
    found = [
        (when, page, inode)
        for inode in (files.inodes if files is not None else ())
        for page, when in inode.unpinned.items()
        if inode.region is not None and page in inode.region.pages
    ]
    #: take none if all of them would not do
    if frames.left + len(found) < wanted:
        return
    for _, page, inode in sorted(found, key=lambda one: one[0]):
        if frames.left >= wanted:
            break
        assert inode.region is not None, "its page was in memory just now"
        #: take its frame; whoever pins it again is told
        putframe(frames, inode.region.pages.pop(page))
        inode.region.dirty.discard(page)
        inode.purged.add(page)
        if u.k.trace is not None:
            u.k.trace.event("fault", u, f"the kernel takes page {page} of {inode.name}")
