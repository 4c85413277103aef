"""shmctl of Linux: its commands, those that only Linux has, and the end of a segment."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    IPC_INFO,
    IPC_PRIVATE,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SHM_DEST,
    SHM_INFO,
    SHM_LOCK,
    SHM_LOCKED,
    SHM_STAT,
    SHM_STAT_ANY,
    SHM_UNLOCK,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.ipc import INDEX, IPC_ALLOC, ipcaccess, ipcid, ipcowner, set_perm
from kernel_model.linux.ipc import as_fields, as_int
from kernel_model.process import Process
from kernel_model.regions import (
    freereg,
    pages_of,
)
from kernel_model.regiontable import Segment, lockreg
from kernel_model.shm import (
    SHM_R,
    SHMMIN,
    segment_fields,
    segments,
    shmconv,
)
from kernel_model.traps import linux
from kernel_model.user import USER_BUFFER, copyin, copyout

LONGS = 2**64  # an unsigned long


@linux
def shmctl(u: Process, shmid: int, cmd: int, arg: Any = USER_BUFFER) -> int:
    """Queries, changes, removes or locks a segment. Knows SHM_STAT, SHM_INFO and the like.

    A segment that is removed while it is attached keeps its descriptor until nobody has it.
    """
    shmid, cmd = as_int(shmid), as_int(cmd)
    queries = (IPC_STAT, SHM_STAT, SHM_STAT_ANY, IPC_INFO, SHM_INFO)
    if min(shmid, cmd) < 0 or cmd not in (*queries, IPC_SET, IPC_RMID, SHM_LOCK, SHM_UNLOCK):
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command for descriptor {shmid}")
    if cmd in (IPC_INFO, SHM_INFO):
        used = [one.slot for one in segments(u).entries if one.perm.mode & IPC_ALLOC]
        copyout(u, arg, fields=shm_info(u) if cmd == SHM_INFO else shm_limits(u))
        return max(used, default=0)
    if cmd in queries:
        return shm_stat(u, shmid, cmd, arg)
    wanted: dict[str, int] = {}
    if cmd == IPC_SET and arg is not USER_BUFFER:
        wanted = copyin(u, arg)
    segment = shmconv(u, shmid)
    ipcowner(u, segment.perm)
    if cmd == IPC_SET:
        set_segment(u, segment, wanted)
    elif cmd == IPC_RMID:
        segment.perm.mode |= SHM_DEST
        segment.perm.key = IPC_PRIVATE
        destroy(u, segment)
    else:
        locked = SHM_LOCKED if cmd == SHM_LOCK else 0
        segment.perm.mode = segment.perm.mode & ~SHM_LOCKED | locked
    return 0


def destroy(u: Process, segment: Segment) -> None:
    """Frees a removed segment if nobody has it attached any more."""
    region, shmem = segment.region, segments(u)
    if region is None or region.refcount or not segment.perm.mode & SHM_DEST:
        return
    shmem.entries[segment.slot] = shmem.make(segment.slot)
    lockreg(region)
    region.sticky = False
    freereg(u, region)


def set_segment(u: Process, segment: Segment, wanted: dict[str, int]) -> None:
    """IPC_SET."""
    set_perm(segment.perm, as_fields(wanted))
    segment.ctime = u.k.time


def shm_stat(u: Process, shmid: int, cmd: int, arg: Any) -> int:
    """IPC_STAT; SHM_STAT and SHM_STAT_ANY, which find the segment by its slot and give its id."""
    shmem, slot = segments(u), shmid % INDEX
    if cmd == IPC_STAT:
        segment = shmconv(u, shmid)
    elif slot < len(shmem.entries) and shmem.entries[slot].perm.mode & IPC_ALLOC:
        segment = shmem.entries[slot]
    else:
        raise KernelError(Errno.EINVAL, f"slot {slot} is free")
    fields = segment_fields(segment)
    if cmd != SHM_STAT_ANY:
        ipcaccess(u, segment.perm, SHM_R)
    copyout(u, arg, fields=fields)
    return 0 if cmd == IPC_STAT else ipcid(shmem, slot)


def shm_info(u: Process) -> dict[str, int]:
    """What SHM_INFO tells: segments and pages in use; nothing is ever swapped."""
    used = [one for one in segments(u).entries if one.perm.mode & IPC_ALLOC]
    return {
        "used_ids": len(used),
        "shm_tot": sum(pages_of(one.segsz) for one in used),
        "shm_rss": sum(len(one.region.pages) for one in used if one.region is not None),
        "shm_swp": 0,
        "swap_attempts": 0,
        "swap_successes": 0,
    }


def shm_limits(u: Process) -> dict[str, int]:
    """What IPC_INFO tells: the limits."""
    limits = u.k.limits
    return {
        "shmmax": limits.SHMMAX,
        "shmmin": SHMMIN,
        "shmmni": limits.SHMMNI,
        "shmseg": limits.SHMMNI,
        "shmall": LONGS - 2**24 - 1,
    }
