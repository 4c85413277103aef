"""While loops, flags and one bit at a time, as somebody writes who learns Python."""

from kernel_model import *


def ipcget(u, table, key, flags):
    found_slot = -1
    slot = 0
    if key != IPC_PRIVATE:
        while slot < len(table.entries):
            entry = table.entries[slot]
            in_use = False
            if entry.perm.mode != 0:
                in_use = True
            if in_use == True:
                if entry.perm.key == key:
                    found_slot = slot
            slot = slot + 1
    if found_slot != -1:
        entry = table.entries[found_slot]
        wants_create = (flags & IPC_CREAT) == IPC_CREAT
        wants_excl = (flags & IPC_EXCL) == IPC_EXCL
        bit = 1
        while bit <= 0o400:
            if flags & bit != 0:
                if entry.perm.mode & bit == 0:
                    raise KernelError(Errno.EACCES, "bit " + str(bit))
            bit = bit * 2
        if wants_create and wants_excl:
            raise KernelError(Errno.EEXIST, "is there")
        return found_slot, False
    if key != IPC_PRIVATE:
        if (flags & IPC_CREAT) == 0:
            raise KernelError(Errno.ENOENT)
    free_slot = None
    for slot in range(0, len(table.entries)):
        if table.entries[slot].perm.mode == 0:
            if free_slot is None:
                free_slot = slot
    if free_slot is None:
        raise KernelError(Errno.ENOSPC, "full")
    perm = table.entries[free_slot].perm
    nine = 0
    for i in range(9):
        if flags & (1 << i):
            nine = nine + (1 << i)
    perm.mode = IPC_ALLOC + nine
    perm.key = key
    perm.uid = u.euid
    perm.gid = u.egid
    perm.cuid = u.euid
    perm.cgid = u.egid
    return (free_slot, True)
