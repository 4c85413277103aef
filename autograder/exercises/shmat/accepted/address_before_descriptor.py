"""Judges what it can of the address before it looks for the segment."""

from kernel_model import *


def shmat(u, shmid, addr, flags=0):
    where = addr or 0
    if where % SHMLBA:
        if not flags & SHM_RND:
            raise KernelError(Errno.EINVAL, "not rounded")
        where -= where % SHMLBA
    s = shmconv(u, shmid)
    n = pages_of(s.segsz)
    if where and illegal(u, u, where, n):
        raise KernelError(Errno.EINVAL, "not free")
    where = where or pick(u, n)
    mode, readonly = (SHM_R, True) if flags & SHM_RDONLY else (SHM_R | SHM_W, False)
    ipcaccess(u, s.perm, mode)
    lockreg(s.region)
    try:
        pregion = attachreg(u, s.region, u, where, "shared", readonly)
    except KernelError as error:
        unlockreg(s.region)
        raise error
    try:
        growreg(u, pregion, n if s.cleared else 0)
    except KernelError as error:
        detachreg(u, pregion)
        raise error
    s.cleared = False
    s.atime, s.lpid = u.k.time, u.pid
    unlockreg(s.region)
    return where
