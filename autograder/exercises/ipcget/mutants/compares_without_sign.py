"""Takes a key and its negative for the same one."""

from kernel_model import *


def ipcget(u, table, key, flags):
    bits = flags & 0o777
    if key != IPC_PRIVATE:
        for slot, entry in enumerate(table.entries):
            perm = entry.perm
            if perm.mode & IPC_ALLOC and abs(perm.key) == abs(key):
                if flags & IPC_CREAT and flags & IPC_EXCL:
                    raise KernelError(Errno.EEXIST, "there")
                if bits & ~perm.mode:
                    raise KernelError(Errno.EACCES, "no")
                return slot, False
        if not flags & IPC_CREAT:
            raise KernelError(Errno.ENOENT, "none")
    for slot, entry in enumerate(table.entries):
        perm = entry.perm
        if not perm.mode & IPC_ALLOC:
            perm.mode = IPC_ALLOC | bits
            perm.key = key
            perm.uid = perm.cuid = u.euid
            perm.gid = perm.cgid = u.egid
            return slot, True
    raise KernelError(Errno.ENOSPC, "full")
