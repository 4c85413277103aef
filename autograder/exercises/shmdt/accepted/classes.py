"""A class for the attachment, with the segment as a property."""

from functools import cached_property

from kernel_model import *


class Attachment:
    def __init__(self, u, entry):
        self.u, self.entry, self.region = u, entry, entry.region

    @classmethod
    def at(cls, u, addr):
        for entry in reversed(entries_of(u)):
            if entry.type == "shared" and entry.addr == addr:
                return cls(u, entry)
        raise KernelError(Errno.EINVAL, "not attached")

    @cached_property
    def segment(self):
        return segment_of(self.u, self.region)

    def mark(self):
        if self.segment is not None:
            self.segment.dtime = self.u.k.time
            self.segment.lpid = self.u.pid

    def undo(self):
        lockreg(self.region)
        detachreg(self.u, self.entry)


def shmdt(u, addr):
    one = Attachment.at(u, addr)
    one.mark()
    one.undo()
    return 0
