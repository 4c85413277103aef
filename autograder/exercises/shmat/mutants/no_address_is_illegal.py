"""Fails with EINVAL when the kernel finds no address."""

from kernel_model import *


def shmat(u, shmid, addr, flags=0):
    segment = shmconv(u, shmid)
    readonly = bool(flags & SHM_RDONLY)
    ipcaccess(u, segment.perm, SHM_R if readonly else SHM_R | SHM_W)
    pages = pages_of(segment.segsz)
    if addr is None or addr == 0:
        try:
            addr = pick(u, pages)
        except KernelError:
            raise KernelError(Errno.EINVAL, "")
    else:
        if flags & SHM_RND:
            addr -= addr % SHMLBA
        if addr % PAGE:
            raise KernelError(Errno.EINVAL, "not a page")
        why = illegal(u, u, addr, pages)
        if why is not None:
            raise KernelError(Errno.EINVAL, why)
    region = segment.region
    lockreg(region)
    try:
        entry = attachreg(u, region, u, addr, "shared", readonly)
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
    segment.atime = u.k.time
    segment.lpid = u.pid
    return addr
