"""A class for the reference, with one method for each thing that it holds."""

from kernel_model import *


class Reference:
    def __init__(self, u, entry):
        self.u, self.entry, self.region = u, entry, entry.region

    def leave_process(self):
        self.u.size -= self.entry.size
        self.u.pregions[self.entry.slot] = None

    def leave_region(self):
        self.region.refcount -= 1
        return self.region.refcount == 0

    def drop(self):
        self.leave_process()
        if self.leave_region() and not self.region.sticky:
            freereg(self.u, self.region)
        else:
            unlockreg(self.region)


def detachreg(u, entry):
    Reference(u, entry).drop()
