"""Backwards through the table; the whole permission structure is replaced; an exception class of its own."""

from dataclasses import replace

from kernel_model import *


class Gone(KernelError):
    def __init__(self, errno):
        super().__init__(errno, "refused")


def ipcget(process, tab, wanted, how):
    free = hit = None
    for n, e in reversed(list(enumerate(tab.entries))):
        if not e.perm.mode & IPC_ALLOC:
            free = n
        elif e.perm.key == wanted:
            hit = n
    if wanted == IPC_PRIVATE:
        hit = None
    elif hit is None and not how & IPC_CREAT:
        raise Gone(Errno.ENOENT)
    if hit is not None:
        need = how & 0o777
        if need & tab.entries[hit].perm.mode != need:
            raise Gone(Errno.EACCES)
        if how & IPC_CREAT and how & IPC_EXCL:
            raise Gone(Errno.EEXIST)
        return hit, False
    if free is None:
        raise Gone(Errno.ENOSPC)
    tab.entries[free].perm = replace(
        tab.entries[free].perm,
        mode=IPC_ALLOC | how & 0o777,
        key=wanted,
        uid=process.euid,
        gid=process.egid,
        cuid=process.euid,
        cgid=process.egid,
    )
    return free, True
