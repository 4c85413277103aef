"""Ranges of addresses: taking away what segments and mappings have there (mm/mmap.c, do_munmap)."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.faults import page_of
from kernel_model.memory import PAGE, putframe
from kernel_model.objects import mapdetach
from kernel_model.process import Process
from kernel_model.regiontable import Pregion, entries_of, lockreg, memory_of, unlockreg
from kernel_model.shm import shmdetach

MOVABLE = ("shared", "mapped", "private")  # types of regions that can be taken away in part


def within(u: Process, addr: int, end: int) -> list[Pregion]:
    """What the process has in a range of addresses."""
    return [entry for entry in entries_of(u) if entry.addr < end and addr < entry.end]


def check_own(u: Process, addr: int, end: int) -> None:
    """Fails with EINVAL for text, data and stack. Departs from Linux, where all can be taken."""
    for entry in within(u, addr, end):
        if entry.type not in MOVABLE:
            raise KernelError(Errno.EINVAL, f"the {entry.type} region of {u.name} lies there")


def clear(u: Process, addr: int, end: int) -> None:
    """Takes away what segments and mappings have in a range of addresses."""
    for entry in within(u, addr, end):
        cut(u, entry, addr, end)


def cut(u: Process, entry: Pregion, start: int, end: int) -> None:
    """Takes a range of addresses away from an attachment; what is left stays attached."""
    region, readonly, closed = entry.region, entry.readonly, entry.closed
    pieces = []
    for low, high in ((entry.addr, start), (end, entry.end)):
        if low < high:
            pieces.append((low, (page_of(entry, low), (high - low) // PAGE)))
    #: pages that only this process had are nobody's then
    if entry.type == "private" and pieces:
        gone = range(page_of(entry, max(start, entry.addr)), page_of(entry, min(end, entry.end)))
        for page in [page for page in region.pages if page in gone]:
            putframe(memory_of(u.k).frames, region.pages.pop(page))
            region.dirty.discard(page)
    #: what is left holds the region while the whole is detached
    region.refcount += len(pieces)
    if entry.type == "shared":
        shmdetach(u, entry)
    else:
        mapdetach(u, entry)
    region.refcount -= len(pieces)
    for low, part in pieces:
        lockreg(region)
        made = u.k.algorithms["attachreg"](u, region, u, low, entry.type, readonly, part)
        made.closed = closed
        unlockreg(region)
