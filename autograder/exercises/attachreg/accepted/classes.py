"""A class for the table of a process that checks and then enters."""

from kernel_model import *


class Table:
    def __init__(self, u, p):
        self.u, self.p = u, p

    def slot(self, rtype):
        if rtype != "shared":
            return ["text", "data", "stack"].index(rtype)
        try:
            return 3 + self.p.pregions[3:].index(None)
        except ValueError:
            raise KernelError(Errno.EMFILE, "all entries are used") from None

    def check(self, addr, pages):
        if addr % PAGE or illegal(self.u, self.p, addr, pages):
            raise KernelError(Errno.EINVAL, hex(addr))

    def enter(self, entry):
        self.p.pregions[entry.slot] = entry
        entry.region.refcount += 1
        self.p.size += entry.region.size
        return entry


def attachreg(u, region, p, addr, rtype, readonly=False):
    table = Table(u, p)
    table.check(addr, max(1, region.size))
    return table.enter(Pregion(table.slot(rtype), region, rtype, addr, readonly))
