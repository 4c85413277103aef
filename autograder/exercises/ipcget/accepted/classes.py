"""A class around the table, with a property for each question."""

from kernel_model import *


class Directory:
    def __init__(self, table):
        self.table = table

    def __iter__(self):
        return ((slot, entry.perm) for slot, entry in enumerate(self.table.entries))

    def in_use(self):
        return ((slot, perm) for slot, perm in self if perm.mode != 0)

    def with_key(self, key):
        if key == IPC_PRIVATE:
            return None
        return next(((slot, perm) for slot, perm in self.in_use() if perm.key == key), None)

    def first_free(self):
        for slot, perm in self:
            if perm.mode == 0:
                return slot, perm
        raise KernelError(Errno.ENOSPC, "no free entry")


class Request:
    def __init__(self, key, flags):
        self.key = key
        self.bits = flags & 0o777
        self.creates = key == IPC_PRIVATE or flags & IPC_CREAT != 0
        self.exclusive = flags & IPC_CREAT != 0 and flags & IPC_EXCL != 0

    def check(self, perm):
        if self.exclusive:
            raise KernelError(Errno.EEXIST, "exclusive")
        for bit in range(9):
            if self.bits >> bit & 1 and not perm.mode >> bit & 1:
                raise KernelError(Errno.EACCES, f"bit {bit}")


def ipcget(u, table, key, flags):
    directory, request = Directory(table), Request(key, flags)
    hit = directory.with_key(key)
    if hit:
        slot, perm = hit
        request.check(perm)
        return slot, False
    if not request.creates:
        raise KernelError(Errno.ENOENT, "no such key")
    slot, perm = directory.first_free()
    perm.mode = request.bits | IPC_ALLOC
    perm.key = key
    perm.uid = perm.cuid = u.euid
    perm.gid = perm.cgid = u.egid
    return slot, True
