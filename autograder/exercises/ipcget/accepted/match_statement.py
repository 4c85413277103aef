"""A match statement over what was found and what is wanted; small helpers that return early."""

from kernel_model import *


def slot_of(table, wanted):
    for slot, entry in enumerate(table.entries):
        if wanted(entry.perm):
            return slot
    return None


def ipcget(u, table, key, flags):
    def taken(perm):
        return bool(perm.mode & IPC_ALLOC)

    there = None
    if key != IPC_PRIVATE:
        there = slot_of(table, lambda perm: taken(perm) and perm.key == key)
    match there, bool(flags & IPC_CREAT), bool(flags & IPC_EXCL):
        case None, False, _ if key != IPC_PRIVATE:
            raise KernelError(Errno.ENOENT)
        case None, _, _:
            pass
        case _, True, True:
            raise KernelError(Errno.EEXIST)
        case slot, _, _:
            if flags & ~table.entries[slot].perm.mode & 0o777:
                raise KernelError(Errno.EACCES)
            return slot, False
    slot = slot_of(table, lambda perm: not taken(perm))
    if slot is None:
        raise KernelError(Errno.ENOSPC)
    old = table.entries[slot].perm
    table.entries[slot].perm = IpcPerm(
        mode=IPC_ALLOC | flags & 0o777,
        key=key,
        uid=u.euid,
        gid=u.egid,
        cuid=u.euid,
        cgid=u.egid,
        seq=old.seq,
    )
    return slot, True
