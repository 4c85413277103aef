"""Shared memory: shmget, shmat, shmdt, shmctl (Bach 11.2.2)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SHM_DEST,
    SHM_LOCK,
    SHM_LOCKED,
    SHM_RDONLY,
    SHM_RND,
    SHM_UNLOCK,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import (
    IpcTable,
    ipcaccess,
    ipcconv,
    ipcfree,
    ipcget,
    ipcid,
    ipcowner,
    perm_fields,
    set_perm,
)
from kernel_model.memory import PAGE
from kernel_model.process import Process
from kernel_model.regions import allocreg, attachreg, detachreg, freereg, growreg, illegal, pages_of
from kernel_model.regiontable import (
    Pregion,
    Region,
    Segment,
    entries_of,
    lockreg,
    memory_of,
    unlockreg,
)
from kernel_model.traps import algorithm, fitted, syscall
from kernel_model.user import USER_BUFFER, copyin, copyout

SHM_R = 0o400  # permission to attach for reading, as the owner's bit
SHM_W = 0o200  # permission to attach for writing
SHMLBA = PAGE  # addresses are rounded off to a multiple of this
SHMMIN = 1  # bytes in the smallest segment


@syscall
def shmget(u: Process, key: int, size: int, flags: int) -> int:
    """The descriptor of the segment with this key, which is made if the flags say so.

        as ipcget says             ENOENT, EEXIST, EACCES, ENOSPC
        new, size < 1 or > SHMMAX  EINVAL
        new, no region is free     ENOMEM
        found, but smaller         EINVAL; a size of 0 fits any

    Gives the descriptor. No memory is allocated yet. (Bach 11.2.2; SVR2)
    """
    shmem = segments(u)
    #: find or create the entry
    slot, new = ipcget(u, shmem, key, flags)
    segment: Segment = shmem.entries[slot]
    if new:
        #: a new segment: its size must be legal
        if not SHMMIN <= size <= u.k.limits.SHMMAX:
            segment.perm.mode = 0
            raise KernelError(Errno.EINVAL, f"{size} bytes; at most {u.k.limits.SHMMAX}")
        #: allocate a region for it
        try:
            region = allocreg(u, None, "shared")
        except KernelError:
            segment.perm.mode = 0
            raise
        #: the region stays when nobody has it attached; no memory is associated with it yet
        region.sticky = True
        segment.region, segment.cleared = region, True
        #: initialise the entry
        segment.segsz = size
        segment.cpid, segment.lpid = u.pid, 0
        segment.atime = segment.dtime = 0
        segment.ctime = u.k.time
        unlockreg(region)
    #: found: it must be as large as asked for
    elif size > segment.segsz:
        raise KernelError(Errno.EINVAL, f"{size} bytes of a segment of {segment.segsz}")
    #: the descriptor is slot + reuse count x table size
    return ipcid(shmem, slot)


@syscall
def shmat(u: Process, shmid: int, addr: int | None, flags: int = 0) -> int:
    """Attaches a segment to the process; gives the virtual address.

        no such segment, or removed   EINVAL
        no permission                 EACCES: to read; without SHM_RDONLY also to write
        address null (or 0)           the kernel picks one; ENOMEM when there is none
        address, SHM_RND              rounded down to a multiple of SHMLBA
        address not of a page         EINVAL
        over another region, or not   EINVAL
        in user memory
        SHMSEG attached already       EMFILE
        first attach, no frames       ENOMEM

    (Bach 11.2.2, algorithm shmat; SVR2)
    """
    #: check the descriptor and the permission
    segment = shmconv(u, shmid)
    ipcaccess(u, segment.perm, SHM_R if flags & SHM_RDONLY else SHM_R | SHM_W)
    region, pages = segment.region, pages_of(segment.segsz)
    assert region is not None, f"segment {segment.slot} is in use without a region"
    #: round off the address that the user gave
    if addr and flags & SHM_RND:
        addr -= addr % SHMLBA
    if addr:
        #: check the legality of the address with the size of the region
        why = illegal(u, u, addr, pages)
        if addr % PAGE or why:
            raise KernelError(Errno.EINVAL, why or f"{addr:#x} is not the address of a page")
    else:
        #: or let the kernel pick a good address
        addr = pick(u, pages)
    #: attach the region to the process
    lockreg(region)
    try:
        entry = attachreg(u, region, u, addr, "shared", bool(flags & SHM_RDONLY))
    except KernelError:
        unlockreg(region)
        raise
    #: attached for the first time: allocate page table and memory
    if segment.cleared:
        try:
            growreg(u, entry, pages)
        except KernelError:
            detachreg(u, entry)
            raise
        segment.cleared = False
    unlockreg(region)
    #: adjust time and process id
    segment.atime, segment.lpid = u.k.time, u.pid
    return addr


@syscall
def shmdt(u: Process, addr: int | None) -> int:
    """Detaches the segment that is attached at this address; EINVAL when none is.

    Gives 0. Sets time and process id of the last detach, unless the segment was removed.
    exec and exit detach by this call as well. (Bach 11.2.2; SVR2)
    """
    #: find the segment among the regions of the process
    for entry in entries_of(u):
        if entry.type == "shared" and entry.addr == addr:
            break
    else:
        raise KernelError(Errno.EINVAL, f"{u.name} has no segment attached at {addr or 0:#x}")
    #: find its entry in the shared memory table; it may have been removed
    segment = segment_of(u, entry.region)
    #: detach the region from the process
    lockreg(entry.region)
    detachreg(u, entry)
    #: adjust time and process id
    if segment is not None:
        segment.dtime, segment.lpid = u.k.time, u.pid
    return 0


@syscall
def shmctl(u: Process, shmid: int, cmd: int, arg: Any = USER_BUFFER) -> int:
    """Removes, changes, queries or locks a segment.

        no such segment         EINVAL
        IPC_RMID                frees the entry at once, the region when nobody has it attached;
                                only owner, creator and superuser may (EPERM)
        IPC_SET                 takes uid, gid and mode from a dict; who may: as for IPC_RMID
        IPC_STAT                copies out `fields`; needs permission to read (EACCES)
        SHM_LOCK, SHM_UNLOCK    keeps the segment in memory, or no longer; superuser (EPERM)
        other commands          EINVAL
        bad address             EFAULT, for IPC_STAT and IPC_SET

    Gives 0. (Bach 11.2.2; SVR2)
    """
    #: find the segment
    segment = shmconv(u, shmid)
    region = segment.region
    assert region is not None, f"no region belongs to segment {segment.slot}"
    if cmd == IPC_RMID:
        #: remove: free the entry, so that nobody finds the segment any more
        ipcowner(u, segment.perm)
        ipcfree(segments(u), segment.perm)
        segment.region = None
        #: the region goes with its last user, or now
        lockreg(region)
        region.sticky = False
        freereg(u, region)
    elif cmd == IPC_SET:
        #: change: owner and permission, by whom it is allowed to
        ipcowner(u, segment.perm)
        set_perm(segment.perm, copyin(u, arg))
        segment.ctime = u.k.time
    elif cmd == IPC_STAT:
        #: query: whoever may read the segment is given what the entry tells
        fields = segment_fields(segment)
        ipcaccess(u, segment.perm, SHM_R)
        copyout(u, arg, fields=fields)
    elif cmd in (SHM_LOCK, SHM_UNLOCK):
        #: lock in memory, or unlock
        if u.euid != 0:
            raise KernelError(Errno.EPERM, "only the superuser may lock memory")
        locked = SHM_LOCKED if cmd == SHM_LOCK else 0
        segment.perm.mode = segment.perm.mode & ~SHM_LOCKED | locked
    else:
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command of shmctl")
    return 0


@algorithm
def shmconv(u: Process, shmid: int, error: Errno = Errno.EINVAL) -> Segment:
    """The segment that a descriptor stands for; fails with `error` if it stands for none (now)."""
    return ipcconv(u, segments(u), shmid, error)


@algorithm
def shmdetach(u: Process, entry: Pregion) -> None:
    """Detaches one attachment of a segment when its process ends or gets another image."""
    fitted(u.k.sysent["shmdt"], shmdetach)(u, entry.addr)


@algorithm
def shmfork(u: Process, entry: Pregion) -> None:
    """Tells of an attachment that a child inherits: the classic kernel only counts it."""


def segments(u: Process) -> IpcTable[Segment]:
    """The shared memory table."""
    return memory_of(u.k).shmem


def segment_of(u: Process, region: Region) -> Segment | None:
    """The segment that has this region; None when it was removed."""
    return next((one for one in segments(u).entries if one.region is region), None)


def pick(u: Process, pages: int) -> int:
    """An address for so many pages, the lowest that is free; ENOMEM when there is none."""
    addr = memory_of(u.k).layout.map
    for entry in sorted(entries_of(u), key=lambda entry: entry.addr):
        if entry.end > addr and entry.addr < addr + pages * PAGE:
            addr = entry.end
    why = illegal(u, u, addr, pages)
    if why:
        raise KernelError(Errno.ENOMEM, f"no room for {pages} pages: {why}")
    return addr


def segment_fields(segment: Segment) -> dict[str, Any]:
    """What IPC_STAT tells of a segment."""
    mode, region = segment.perm.mode, segment.region
    flags = {"SHM_DEST": SHM_DEST, "SHM_LOCKED": SHM_LOCKED}
    return perm_fields(segment.perm) | {
        "flags": [name for name, bit in flags.items() if mode & bit],
        "segsz": segment.segsz,
        "nattch": region.refcount if region is not None else 0,
        "cpid": segment.cpid,
        "lpid": segment.lpid,
        "atime": segment.atime,
        "dtime": segment.dtime,
        "ctime": segment.ctime,
    }
