"""One pass by index that notes the first free slot on its way to the key; no helper at all."""

from kernel_model import *


def ipcget(u, table, key, flags):
    hole = -1
    i = 0
    while i < len(table.entries):
        p = table.entries[i].perm
        if p.mode & IPC_ALLOC == 0:
            if hole < 0:
                hole = i
        elif key != IPC_PRIVATE and p.key == key:
            if (flags & IPC_EXCL) and (flags & IPC_CREAT):
                raise KernelError(Errno.EEXIST, "key in use")
            asked = flags % 0o1000
            if asked & p.mode != asked:
                raise KernelError(Errno.EACCES, "permission")
            return (i, False)
        i += 1
    if key != IPC_PRIVATE and not (flags & IPC_CREAT):
        raise KernelError(Errno.ENOENT, "key not in use")
    if hole < 0:
        raise KernelError(Errno.ENOSPC, "table full")
    p = table.entries[hole].perm
    p.mode = IPC_ALLOC | (flags % 0o1000)
    p.key = key
    p.uid = u.euid
    p.gid = u.egid
    p.cuid = u.euid
    p.cgid = u.egid
    return (hole, True)
