"""A class for the request and one method for each way it ends; the region goes back where the entry is not to be had."""

from kernel_model import *


class Request:
    def __init__(self, u, key, size, flags):
        self.u, self.key, self.size, self.flags = u, key, size, flags
        self.table = segments(u)

    def legal(self):
        return 0 < self.size <= self.u.k.limits.SHMMAX

    def answer(self):
        self.slot, new = ipcget(self.u, self.table, self.key, self.flags)
        self.segment = self.table.entries[self.slot]
        (self.make if new else self.judge)()
        return ipcid(self.table, self.slot)

    def judge(self):
        if self.size > self.segment.segsz:
            raise KernelError(Errno.EINVAL, "it is smaller than that")

    def make(self):
        perm = self.segment.perm
        mode, perm.mode = perm.mode, 0
        if not self.legal():
            raise KernelError(Errno.EINVAL, "no segment has this size")
        region = allocreg(self.u, None, "shared")
        perm.mode = mode
        self.initialise(region)
        unlockreg(region)

    def initialise(self, region):
        region.sticky = True
        s = self.segment
        s.region, s.cleared, s.segsz = region, True, self.size
        s.atime = s.dtime = s.lpid = 0
        s.ctime, s.cpid = self.u.k.time, self.u.pid


def shmget(u, key, size, flags):
    return Request(u, key, size, flags).answer()
