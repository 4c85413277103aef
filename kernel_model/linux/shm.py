"""Shared memory of Linux: where it differs from the classic one (Linux ipc/shm.c)."""

from __future__ import annotations

from kernel_model import shm
from kernel_model.constants import (
    IPC_CREAT,
    IPC_EXCL,
    IPC_PRIVATE,
    SHM_EXEC,
    SHM_HUGETLB,
    SHM_NORESERVE,
    SHM_RDONLY,
    SHM_REMAP,
    SHM_RND,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import IPC_ALLOC, ipcaccess, ipcget, ipcid
from kernel_model.linux.ipc import as_int
from kernel_model.linux.ranges import check_own, clear, within
from kernel_model.linux.shmcontrol import LONGS, destroy
from kernel_model.memory import PAGE
from kernel_model.process import Process
from kernel_model.regions import (
    allocreg,
    attachreg,
    detachreg,
    growreg,
    illegal,
    pages_of,
)
from kernel_model.regiontable import Pregion, Segment, entries_of, lockreg, memory_of, unlockreg
from kernel_model.shm import (
    SHM_R,
    SHM_W,
    SHMLBA,
    SHMMIN,
    segment_of,
    segments,
    shmconv,
)
from kernel_model.traps import linux

SHM_X = 0o100  # permission to run what is in it
LARGEST = 2**63 - 1  # bytes in a file
UNPRIVILEGED = 0x10000  # below this only the superuser may have memory


@linux
def shmget(u: Process, key: int, size: int, flags: int) -> int:
    """The descriptor of the segment with this key. Judges the size before the permission."""
    shmem, key, size = segments(u), as_int(key), size % LONGS
    #: found: it must be as large as asked for
    found = None if key == IPC_PRIVATE else find(u, key)
    if found is None:
        if key == IPC_PRIVATE or flags & IPC_CREAT:
            check_size(u, size, flags)
    elif size > found.segsz and not (flags & IPC_CREAT and flags & IPC_EXCL):
        raise KernelError(Errno.EINVAL, f"{size} bytes of a segment of {found.segsz}")
    #: find or create the entry
    turn = shmem.seq, shmem.last
    slot, new = ipcget(u, shmem, key, flags)
    if new:
        #: a new segment: a region for it, and the entry filled in
        try:
            region = allocreg(u, None, "shared")
        except KernelError:
            shmem.entries[slot], (shmem.seq, shmem.last) = shmem.make(slot), turn
            raise
        region.sticky = True
        segment = shmem.entries[slot]
        segment.region, segment.cleared, segment.segsz = region, True, size
        segment.cpid, segment.lpid = u.pid, 0
        segment.atime = segment.dtime = 0
        segment.ctime = u.k.time
        unlockreg(region)
    return ipcid(shmem, slot)


def find(u: Process, key: int) -> Segment | None:
    """The segment with this key."""
    for segment in segments(u).entries:
        if segment.perm.mode & IPC_ALLOC and segment.perm.key == key:
            return segment
    return None


def check_size(u: Process, size: int, flags: int) -> None:
    """The size that a new segment may have, and the memory that there is for it."""
    if not SHMMIN <= size <= min(u.k.limits.SHMMAX, LARGEST):
        raise KernelError(Errno.EINVAL, f"{size} bytes are none that a segment has")
    if flags & SHM_HUGETLB:
        error = Errno.EPERM if u.euid != 0 else Errno.ENOMEM
        raise KernelError(error, "this machine keeps no huge pages")
    if pages_of(size) > u.k.limits.FRAMES and not flags & SHM_NORESERVE:
        raise KernelError(Errno.ENOMEM, f"{size} bytes are more than there is memory")


@linux
def shmat(u: Process, shmid: int, addr: int | None, flags: int = 0) -> int:
    """Attaches a segment. Knows SHM_REMAP and SHM_EXEC; a removed segment can be attached.

    Judges the address before the descriptor, except for what lies there.
    """
    shmid, addr = as_int(shmid), (addr or 0) % LONGS
    if shmid < 0:
        raise KernelError(Errno.EINVAL, f"descriptor {shmid} is negative")
    #: round off the address that the user gave
    fixed = addr != 0
    if addr % SHMLBA and not flags & SHM_RND:
        raise KernelError(Errno.EINVAL, f"a page begins elsewhere than at {addr:#x}")
    addr -= addr % SHMLBA
    if not addr and flags & SHM_REMAP:
        raise KernelError(Errno.EINVAL, "SHM_REMAP needs an address")
    #: check descriptor and permission
    segment = shmconv(u, shmid)
    wanted = SHM_R | (0 if flags & SHM_RDONLY else SHM_W) | (SHM_X if flags & SHM_EXEC else 0)
    ipcaccess(u, segment.perm, wanted)
    region, pages = segment.region, pages_of(segment.segsz)
    assert region is not None, f"segment {segment.slot} is in use without a region"
    #: check what lies at the address, or let the kernel pick one
    if fixed:
        #: it is held meanwhile, since it may be what is taken away there
        region.refcount += 1
        try:
            # what lies at address 0 is never looked at
            check_address(u, addr, segment.segsz, bool(flags & SHM_REMAP) or addr == 0)
        finally:
            region.refcount -= 1
    else:
        addr = pick_down(u, pages)
    #: attach the region, which has its size from the first attach on
    lockreg(region)
    entry = attachreg(u, region, u, addr, "shared", bool(flags & SHM_RDONLY))
    if segment.cleared:
        growreg(u, entry, pages)
        segment.cleared = False
    unlockreg(region)
    segment.atime, segment.lpid = u.k.time, u.pid
    return addr


def check_address(u: Process, addr: int, size: int, remap: bool) -> None:
    """Fails unless the pages for so many bytes can be had; with `remap` clears what lies there."""
    layout, end = memory_of(u.k).layout, addr + pages_of(size) * PAGE
    if not remap and (within(u, addr, end) or addr + size >= LONGS):
        raise KernelError(Errno.EINVAL, f"{addr:#x} to {end:#x} is not free")
    if end > layout.highest:
        raise KernelError(Errno.ENOMEM, f"{addr:#x} to {end:#x} is not all in user memory")
    if addr < UNPRIVILEGED and u.euid != 0:
        raise KernelError(Errno.EPERM, f"{addr:#x} is only for the superuser")
    if addr < layout.lowest:
        raise KernelError(Errno.EINVAL, f"{addr:#x} to {end:#x} is not of a segment")
    check_own(u, addr, end)
    clear(u, addr, end)


def pick_down(u: Process, pages: int) -> int:
    """An address for so many pages: as high as they fit below the stack; ENOMEM without one."""
    layout = memory_of(u.k).layout
    addr = layout.map - pages * PAGE
    for entry in sorted(entries_of(u), key=lambda entry: -entry.addr):
        if entry.end > addr and entry.addr < addr + pages * PAGE:
            addr = entry.addr - pages * PAGE
    why = illegal(u, u, addr, pages)
    if why:
        raise KernelError(Errno.ENOMEM, f"no room for {pages} pages: {why}")
    return addr


@linux
def shmdt(u: Process, addr: int | None) -> int:
    """Detaches what is left of the segment that was attached at this address."""
    addr = (addr or 0) % LONGS
    if addr % PAGE:
        raise KernelError(Errno.EINVAL, f"a page begins elsewhere than at {addr:#x}")
    left = [
        entry
        for entry in sorted(entries_of(u), key=lambda entry: entry.addr)
        if entry.type == "shared" and entry.addr - entry.first * PAGE == addr
    ]
    if not left:
        raise KernelError(Errno.EINVAL, f"{u.name} has no segment attached at {addr:#x}")
    #: the first piece, and the others of the same attachment
    for entry in left:
        if entry.region is left[0].region:
            shm.shmdetach(u, entry)
    return 0


@linux
def shmdetach(u: Process, entry: Pregion) -> None:
    """Detaches one attachment; the last one of a removed segment frees it."""
    segment = segment_of(u, entry.region)
    lockreg(entry.region)
    detachreg(u, entry)
    if segment is not None:
        segment.dtime, segment.lpid = u.k.time, u.pid
        destroy(u, segment)


@linux
def shmfork(u: Process, entry: Pregion) -> None:
    """An attachment that a child inherits counts as one that its parent makes."""
    segment = segment_of(u, entry.region)
    if segment is not None:
        segment.atime, segment.lpid = u.k.time, u.pid
