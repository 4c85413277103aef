"""A match over address and flags, and an asynchronous body."""

from kernel_model import *


async def shmat(u, shmid, addr, flags=0):
    segment = shmconv(u, shmid)
    region = segment.region
    match bool(flags & SHM_RDONLY):
        case True:
            ipcaccess(u, segment.perm, SHM_R)
        case False:
            ipcaccess(u, segment.perm, SHM_R | SHM_W)
    pages = pages_of(segment.segsz)
    match addr, bool(flags & SHM_RND):
        case ((None | 0), _):
            addr = pick(u, pages)
        case _, True:
            addr = addr // SHMLBA * SHMLBA
    if addr % PAGE or illegal(u, u, addr, pages):
        raise KernelError(Errno.EINVAL, "illegal")
    lockreg(region)
    entry = None
    try:
        entry = attachreg(u, region, u, addr, "shared", bool(flags & SHM_RDONLY))
        if segment.cleared:
            growreg(u, entry, pages)
    except KernelError:
        if entry is None:
            unlockreg(region)
        else:
            detachreg(u, entry)
        raise
    segment.cleared = False
    unlockreg(region)
    segment.atime = u.k.time
    segment.lpid = u.pid
    return addr
