"""Looks whether there are frames and entries before it attaches, so that nothing need be undone."""

from kernel_model import *


def shmat(u, shmid, addr, flags=0):
    memory = memory_of(u.k)
    segment = shmconv(u, shmid)
    wanted = [SHM_R] if flags & SHM_RDONLY else [SHM_R, SHM_W]
    for bit in wanted:
        ipcaccess(u, segment.perm, bit)
    pages = pages_of(segment.segsz)
    if None not in u.pregions[3:]:
        raise KernelError(Errno.EMFILE, "too many segments")
    if segment.cleared and pages > memory.frames.left:
        raise KernelError(Errno.ENOMEM, "too few frames")
    if addr:
        if flags & SHM_RND:
            addr &= -SHMLBA
        if addr % PAGE != 0 or illegal(u, u, addr, pages) is not None:
            raise KernelError(Errno.EINVAL, "address")
    else:
        addr = pick(u, pages)
    lockreg(segment.region)
    entry = attachreg(u, segment.region, u, addr, "shared", flags & SHM_RDONLY != 0)
    if segment.cleared:
        growreg(u, entry, pages)
        segment.cleared = False
    segment.atime = u.k.time
    segment.lpid = u.pid
    unlockreg(segment.region)
    return addr
