"""Clears the process ids of a queue that it finds."""

from kernel_model import *


def ipcget(u, table, key, flags):
    if key != IPC_PRIVATE:
        for slot, entry in enumerate(table.entries):
            perm = entry.perm
            if perm.mode & IPC_ALLOC and perm.key == key:
                if flags & IPC_CREAT and flags & IPC_EXCL:
                    raise KernelError(Errno.EEXIST, "it exists")
                if flags & 0o777 & ~perm.mode:
                    raise KernelError(Errno.EACCES, "not granted")
                entry.lspid = entry.lrpid = 0
                return slot, False
        if not flags & IPC_CREAT:
            raise KernelError(Errno.ENOENT, "no such key")
    for slot, entry in enumerate(table.entries):
        perm = entry.perm
        if not perm.mode & IPC_ALLOC:
            perm.mode = IPC_ALLOC | flags & 0o777
            perm.key = key
            perm.uid = perm.cuid = u.euid
            perm.gid = perm.cgid = u.egid
            return slot, True
    raise KernelError(Errno.ENOSPC, "the table is full")
