"""Mappings: mmap, munmap and msync, of files, memory objects and nothing (mm/mmap.c).

MAP_SHARED   the region of the inode itself, of type mapped: fork shares it
MAP_PRIVATE  a region of this process, of type private: fork copies it, nothing is written back
"""

from __future__ import annotations

from kernel_model.constants import (
    MAP_ANONYMOUS,
    MAP_FIXED,
    MAP_FIXED_NOREPLACE,
    MAP_PRIVATE,
    MAP_SHARED,
    MS_ASYNC,
    MS_INVALIDATE,
    MS_SYNC,
    PROT_EXEC,
    PROT_READ,
    PROT_WRITE,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.faults import page_of
from kernel_model.inode import File, Inode, getf
from kernel_model.linux.ashmem import ashmem_allows
from kernel_model.linux.ranges import check_own, clear, within
from kernel_model.linux.shm import UNPRIVILEGED, pick_down
from kernel_model.linux.shmcontrol import LONGS
from kernel_model.memory import PAGE
from kernel_model.objects import writeback
from kernel_model.process import Process
from kernel_model.regions import allocreg, illegal, pages_of
from kernel_model.regiontable import Region, entries_of, lockreg, memory_of, unlockreg
from kernel_model.traps import linux

TYPES = {MAP_SHARED: "mapped", MAP_PRIVATE: "private"}


@linux
def mmap(
    u: Process, addr: int | None, size: int, prot: int, flags: int, fd: int = -1, offset: int = 0
) -> int:
    """Maps a part of a file, of a memory object, or new memory; gives the virtual address.

        offset not that of a page          EINVAL
        no such descriptor                 EBADF
        size 0                             EINVAL
        neither MAP_SHARED nor _PRIVATE    EINVAL
        no room for so much                ENOMEM
        MAP_FIXED, address not of a page   EINVAL
        not open for reading               EACCES
        a pipe, or a message queue         ENODEV
        shared, to be written, and not     EACCES
        open for writing
        part of an ashmem region that was  EINVAL (beyond its end), EPERM (more than its
        made too small, or protected       protection allows)

    No memory is allocated yet: frames come with page faults. A page that lies wholly beyond the
    end of the file gives SIGBUS.
    """
    size, addr = size % LONGS, (addr or 0) % LONGS
    #: check descriptor and size
    if offset % PAGE or offset < 0:
        raise KernelError(Errno.EINVAL, f"offset {offset} is not that of a page")
    file = None if flags & MAP_ANONYMOUS else getf(u, fd)
    if size == 0:
        raise KernelError(Errno.EINVAL, "nothing is to be mapped")
    #: find room
    pages = pages_of(size)
    addr = place(u, addr, pages, flags)
    #: check what the descriptor allows
    rtype = TYPES.get(flags & 0xF)
    if rtype is None:
        raise KernelError(Errno.EINVAL, "neither MAP_SHARED nor MAP_PRIVATE")
    if file is not None:
        allowed(u, file, prot, rtype == "mapped", offset + size)
    #: attach the region of the inode, or one of the process's own
    clear(u, addr, addr + pages * PAGE)
    first = offset // PAGE
    region = region_for(u, None if file is None else file.inode, rtype, first + pages)
    entry = u.k.algorithms["attachreg"](
        u, region, u, addr, rtype, not prot & PROT_WRITE, (first, pages)
    )
    entry.closed = not prot & (PROT_READ | PROT_WRITE | PROT_EXEC)
    unlockreg(region)
    return addr


def place(u: Process, addr: int, pages: int, flags: int) -> int:
    """Where the mapping goes: at a fixed address, at the one hinted at, or where there is room."""
    layout = memory_of(u.k).layout
    end = addr + pages * PAGE
    if not flags & (MAP_FIXED | MAP_FIXED_NOREPLACE):
        addr = -(-addr // PAGE) * PAGE
        if addr >= UNPRIVILEGED and illegal(u, u, addr, pages) is None:
            return addr
        return pick_down(u, pages)
    if pages * PAGE > layout.highest or (addr % PAGE == 0 and end > layout.highest):
        raise KernelError(Errno.ENOMEM, f"{addr:#x} to {end:#x} is not all in user memory")
    if addr % PAGE:
        raise KernelError(Errno.EINVAL, f"no page begins at {addr:#x}")
    if addr < UNPRIVILEGED and u.euid != 0:
        raise KernelError(Errno.EPERM, f"{addr:#x} is only for the superuser")
    if within(u, addr, end) and flags & MAP_FIXED_NOREPLACE:
        raise KernelError(Errno.EEXIST, f"{addr:#x} to {end:#x} is not free")
    check_own(u, addr, end)
    return addr


def allowed(u: Process, file: File, prot: int, shared: bool, end: int) -> None:
    """Fails unless the descriptor lets its process have such a mapping."""
    inode = file.inode
    if inode.kind == "ashmem":
        ashmem_allows(inode, prot, end)
    if not file.read or (shared and prot & PROT_WRITE and not file.write):
        raise KernelError(Errno.EACCES, "the descriptor is not open for this")
    if inode.pipe is not None or inode.queue is not None:
        raise KernelError(Errno.ENODEV, "a pipe or a queue has no pages to map")


def region_for(u: Process, inode: Inode | None, rtype: str, pages: int) -> Region:
    """A locked region to attach: that of the inode, or a new one with room for so many pages."""
    memory_of(u.k)
    if inode is not None and rtype == "mapped" and inode.region is not None:
        lockreg(inode.region)
        return inode.region
    region = allocreg(u, None if inode is None else inode.name, rtype)
    region.size, region.backing = pages, inode
    if inode is not None and rtype == "mapped":
        inode.region, region.size = region, pages_of(inode.size)
    elif inode is not None:
        inode.opens += 1
    return region


@linux
def munmap(u: Process, addr: int | None, size: int) -> int:
    """Takes the pages in a range of addresses away, whatever lies there; gives 0.

    EINVAL for an address that is not of a page, a size of 0, or a range outside user memory.
    """
    addr, size = (addr or 0) % LONGS, size % LONGS
    end = addr + pages_of(size) * PAGE
    if addr % PAGE or size == 0 or end > memory_of(u.k).layout.highest:
        raise KernelError(Errno.EINVAL, f"{addr:#x} to {end:#x} is no range of pages")
    check_own(u, addr, end)
    clear(u, addr, end)
    return 0


@linux
def msync(u: Process, addr: int | None, size: int, flags: int) -> int:
    """Writes the changed pages in a range of addresses back to their file; gives 0.

    address not of a page, strange flags, both MS_ASYNC and MS_SYNC   EINVAL
    something in the range is not mapped                              ENOMEM
    """
    addr = (addr or 0) % LONGS
    if addr % PAGE or flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE):
        raise KernelError(Errno.EINVAL, f"{addr:#x} with flags {flags:#x}")
    if flags & MS_ASYNC and flags & MS_SYNC:
        raise KernelError(Errno.EINVAL, "now or later, not both")
    at, end = addr, addr + pages_of(size % LONGS) * PAGE
    for entry in sorted(entries_of(u), key=lambda entry: entry.addr):
        if entry.addr < end and addr < entry.end:
            at = entry.end if entry.addr <= at else at
            inode = entry.region.backing
            if inode is not None and inode.region is entry.region and not flags & MS_ASYNC:
                first, last = max(addr, entry.addr), min(end, entry.end)
                writeback(u, entry.region, page_of(entry, first), page_of(entry, last))
    if at < end:
        raise KernelError(Errno.ENOMEM, f"nothing is mapped at {at:#x}")
    return 0
