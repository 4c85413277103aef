"""Judges and picks addresses by itself, from the top of user memory down."""

from kernel_model import *


TOP = 0x7FFF0000


def taken(u, low, high):
    return [e for e in entries_of(u) if e.addr < high and low < max(e.end, e.addr + PAGE)]


def fitting(u, pages):
    high = TOP
    while high > pages * PAGE:
        low = high - pages * PAGE
        others = taken(u, low, high)
        if not others:
            return low
        high = min(e.addr for e in others)
    raise KernelError(Errno.ENOMEM, "no room")


def checked(u, addr, pages, flags):
    if flags & SHM_RND:
        addr = addr // SHMLBA * SHMLBA
    high = addr + pages * PAGE
    if addr & (PAGE - 1) or addr < PAGE or high > 0x80000000 or taken(u, addr, high):
        raise KernelError(Errno.EINVAL, f"{addr:#x}")
    return addr


def shmat(u, shmid, addr, flags=0):
    segment = shmconv(u, shmid)
    readonly = flags & SHM_RDONLY != 0
    ipcaccess(u, segment.perm, 0o400 if readonly else 0o600)
    pages = pages_of(segment.segsz)
    where = checked(u, addr, pages, flags) if addr else fitting(u, pages)
    lockreg(segment.region)
    try:
        entry = attachreg(u, segment.region, u, where, "shared", readonly)
    except KernelError:
        unlockreg(segment.region)
        raise
    if segment.cleared:
        try:
            growreg(u, entry, pages)
        except KernelError:
            detachreg(u, entry)
            raise
        segment.cleared = False
    unlockreg(segment.region)
    segment.lpid = u.pid
    segment.atime = u.k.time
    return where
