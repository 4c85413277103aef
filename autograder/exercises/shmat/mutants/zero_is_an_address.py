"""Picks an address only for None, and takes 0 for one to attach at."""

from kernel_model import *


class Attach:
    def __init__(self, u, shmid, flags):
        self.u = u
        self.segment = shmconv(u, shmid)
        self.region = self.segment.region
        self.pages = pages_of(self.segment.segsz)
        self.readonly = bool(flags & SHM_RDONLY)
        self.rounds = bool(flags & SHM_RND)

    def permit(self):
        ipcaccess(self.u, self.segment.perm, SHM_R if self.readonly else SHM_R | SHM_W)

    def place(self, addr):
        if addr is None:
            self.addr = pick(self.u, self.pages)
            return
        self.addr = addr - (addr % SHMLBA) * self.rounds
        if self.addr % PAGE or illegal(self.u, self.u, self.addr, self.pages):
            raise KernelError(Errno.EINVAL, "there")

    def attach(self):
        try:
            self.entry = attachreg(self.u, self.region, self.u, self.addr, "shared", self.readonly)
        except KernelError:
            unlockreg(self.region)
            raise

    def allocate(self):
        try:
            growreg(self.u, self.entry, self.pages)
        except KernelError:
            detachreg(self.u, self.entry)
            raise
        self.segment.cleared = False

    def run(self, addr):
        self.permit()
        self.place(addr)
        lockreg(self.region)
        self.attach()
        if self.segment.cleared:
            self.allocate()
        unlockreg(self.region)
        self.segment.atime, self.segment.lpid = self.u.k.time, self.u.pid
        return self.addr


def shmat(u, shmid, addr, flags=0):
    return Attach(u, shmid, flags).run(addr)
