"""Picks an address that has room for a page."""

from kernel_model import *


def shmat(u, shmid, addr, flags=0):
    segment = shmconv(u, shmid)
    ipcaccess(u, segment.perm, SHM_R if flags & SHM_RDONLY else SHM_R | SHM_W)
    region, pages = segment.region, pages_of(segment.segsz)
    if addr and flags & SHM_RND:
        addr -= addr % SHMLBA
    if addr:
        if addr % PAGE or illegal(u, u, addr, pages):
            raise KernelError(Errno.EINVAL, "the address")
    else:
        addr = pick(u, 1)
    lockreg(region)
    try:
        entry = attachreg(u, region, u, addr, "shared", bool(flags & SHM_RDONLY))
    except KernelError:
        unlockreg(region)
        raise
    if segment.cleared:
        try:
            growreg(u, entry, pages)
        except KernelError:
            detachreg(u, entry)
            raise
        segment.cleared = False
    unlockreg(region)
    segment.atime, segment.lpid = u.k.time, u.pid
    return addr
