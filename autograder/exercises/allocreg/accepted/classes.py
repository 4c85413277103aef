"""A class for a list of the table, which can drop and push."""

from kernel_model import *


class Chain:
    def __init__(self, table, name):
        self.table, self.name = table, name

    @property
    def first(self):
        return getattr(self.table, self.name)

    @first.setter
    def first(self, region):
        setattr(self.table, self.name, region)

    def drop(self):
        region = self.first
        if not region:
            raise KernelError(Errno.ENOMEM, f"nothing on the {self.name} list")
        self.first = region.next
        if self.first:
            self.first.prev = None
        return region

    def push(self, region):
        region.next, region.prev = self.first, None
        if self.first:
            self.first.prev = region
        self.first = region


def allocreg(u, inode, rtype):
    regions = memory_of(u.k).regions
    region = Chain(regions, "free").drop()
    region.type, region.inode = rtype, inode
    Chain(regions, "active").push(region)
    lockreg(region)
    return region
