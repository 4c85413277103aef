"""Functions made by a function, exceptions for what is not there, list.index for the search."""

from kernel_model import *


class NotThere(Exception):
    pass


def make():
    def find(t, key):
        try:
            return [e.perm.key if e.perm.mode else None for e in t.entries].index(key)
        except ValueError:
            raise NotThere from None

    def fresh(u, t, key, flags):
        try:
            s = [e.perm.mode for e in t.entries].index(0)
        except ValueError:
            raise KernelError(Errno.ENOSPC, "none")
        p = t.entries[s].perm
        p.mode = IPC_ALLOC | flags & 0o777
        p.key = key
        p.uid = u.euid
        p.cuid = u.euid
        p.gid = u.egid
        p.cgid = u.egid
        return s, True

    def ipcget(u, t, key, flags):
        if key == IPC_PRIVATE:
            return fresh(u, t, key, flags)
        try:
            s = find(t, key)
        except NotThere:
            if flags & IPC_CREAT:
                return fresh(u, t, key, flags)
            raise KernelError(Errno.ENOENT, "none")
        if flags & 0o3000 == 0o3000:
            raise KernelError(Errno.EEXIST, "it is there")
        if flags % 512 & ~t.entries[s].perm.mode:
            raise KernelError(Errno.EACCES, "not granted")
        return s, False

    return ipcget


ipcget = make()
