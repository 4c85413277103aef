"""Address spaces: the regions that fork duplicates, exec replaces and exit detaches (Bach 7)."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.memory import getframe, poke
from kernel_model.objects import mapdetach, shrink
from kernel_model.process import Process
from kernel_model.regions import (
    allocreg,
    attachreg,
    detachreg,
    dupreg,
    enter,
    growreg,
    loadreg,
)
from kernel_model.regiontable import (
    CLASSIC,
    FIXED,
    SHAREABLE,
    Pregion,
    Region,
    RegionTable,
    entries_of,
    lockreg,
    memory_of,
    unlockreg,
)
from kernel_model.shm import shmdetach, shmfork
from kernel_model.traps import algorithm


@algorithm
def newspace(u: Process) -> None:
    """Gives a process without regions those of its image: text, which it shares, data and stack.

    Fails with ENOMEM, before anything is done, when there is no memory for them.
    """
    memory = memory_of(u.k)
    need_space(u, u.image)
    layout = memory.layout
    made = None if u.program is None else u.program.assembled(layout.text, layout.data)
    u.pregions = [None] * (len(FIXED) + (u.k.limits.SHMSEG if layout is CLASSIC else 0))
    u.size = 0
    #: the text may be in memory already, for another process
    text = text_of(memory.regions, u.image)
    if text is not None:
        lockreg(text)
        attachreg(u, text, u, layout.text, "text", True)
    else:
        #: else allocate a region for it, attach it, load it
        text = allocreg(u, u.image, "text")
        entry = attachreg(u, text, u, layout.text, "text", True)
        loadreg(u, entry, u.image, u.image.encode() if made is None else made.text)
    unlockreg(text)
    #: allocate, attach and grow data and stack
    for rtype, addr in (("data", layout.data), ("stack", layout.stack)):
        region = allocreg(u, u.image, rtype)
        entry = attachreg(u, region, u, addr, rtype)
        growreg(u, entry, 1)
        if made is not None and rtype == "data":
            if 0 not in region.pages:  # Linux waits for the first access
                enter(u, region, 0, getframe(memory.frames))
            poke(memory.frames, region.pages[0], 0, made.data)
            entry.used = len(made.data)
        unlockreg(region)


def text_of(regions: RegionTable, image: str) -> Region | None:
    """The text region of this image, if some process runs it."""
    for region in regions.listed(regions.active):
        if region.type == "text" and region.inode == image:
            return region
    return None


def need_space(u: Process, image: str) -> None:
    """Fails with ENOMEM unless there is memory for a new image, once the old one is gone."""
    memory = memory_of(u.k)
    own = [e.region for e in entries_of(u) if e.region.refcount == 1 and not e.region.sticky]
    text = text_of(memory.regions, image)
    new = 1 if text is None or text in own else 0
    frames = sum(len(region.pages) for region in own) + memory.frames.left
    regions = len(own) + free_regions(u)
    if frames < (2 if memory.layout is CLASSIC else 0) + new or regions < 2 + new:
        raise KernelError(Errno.ENOMEM, f"no memory for {image}")


def need_copy(u: Process) -> None:
    """Fails with EAGAIN unless there is memory for a child of the process (ENOMEM on Linux)."""
    memory = memory_of(u.k)
    private = [e.region for e in entries_of(u) if e.region.type not in SHAREABLE]
    pages = sum(len(region.pages) for region in private)
    if pages > memory.frames.left:
        shrink(u, pages)
    if pages > memory.frames.left or len(private) > free_regions(u):
        error = Errno.EAGAIN if memory.layout is CLASSIC else Errno.ENOMEM
        raise KernelError(error, f"no memory for a copy of {u.name}")


def free_regions(u: Process) -> int:
    """How many regions are free, or can still be made."""
    regions = memory_of(u.k).regions
    return regions.limit - len(regions.listed(regions.active))


@algorithm
def procdup(u: Process, child: Process) -> None:
    """Gives a child the regions of its parent: private ones as copies, the others shared.

    (Bach, Figure 7.2)
    """
    child.pregions = [None] * len(u.pregions or ())
    child.size = 0
    for entry in entries_of(u):
        #: duplicate each region, or share it
        lockreg(entry.region)
        region = dupreg(u, entry.region)
        #: attach it to the child at the same address
        attach_as(u, region, child, entry)
        unlockreg(region)
        if region is not entry.region:
            unlockreg(entry.region)
        if entry.type == "shared":
            shmfork(u, entry)


def attach_as(u: Process, region: Region, child: Process, entry: Pregion) -> None:
    """Attaches a region to the child as the parent's entry has its own, part for part."""
    part = () if entry.count is None else ((entry.first, entry.count),)  # only on Linux
    attach = u.k.algorithms["attachreg"]
    made = attach(u, region, child, entry.addr, entry.type, entry.readonly, *part)
    made.used, made.closed = entry.used, entry.closed


@algorithm
def freespace(u: Process) -> None:
    """Detaches every region of a process that ends or gets another image."""
    for entry in entries_of(u):
        #: detach one region after the other
        if entry.type == "shared":
            shmdetach(u, entry)
        elif entry.type in ("mapped", "private"):  # only on Linux
            mapdetach(u, entry)
        else:
            lockreg(entry.region)
            detachreg(u, entry)
