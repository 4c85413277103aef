"""The lock of the region as a context manager; what fails is undone in it."""

from contextlib import contextmanager

from kernel_model import *


@contextmanager
def locked(region):
    lockreg(region)
    try:
        yield region
    finally:
        if region.locked:
            unlockreg(region)


def address(u, addr, flags, pages):
    if not addr:
        return pick(u, pages)
    low = addr - addr % SHMLBA if flags & SHM_RND else addr
    why = "not of a page" if low % PAGE else illegal(u, u, low, pages)
    if why:
        raise KernelError(Errno.EINVAL, why)
    return low


def allocate(u, segment, entry):
    try:
        growreg(u, entry, pages_of(segment.segsz))
    except KernelError:
        detachreg(u, entry)
        raise
    segment.cleared = False


def shmat(u, shmid, addr, flags=0):
    segment = shmconv(u, shmid)
    readonly = bool(flags & SHM_RDONLY)
    ipcaccess(u, segment.perm, SHM_R if readonly else SHM_R + SHM_W)
    where = address(u, addr, flags, pages_of(segment.segsz))
    with locked(segment.region) as region:
        entry = attachreg(u, region, u, where, "shared", readonly)
        if segment.cleared:
            allocate(u, segment, entry)
    segment.atime, segment.lpid = u.k.time, u.pid
    return where
