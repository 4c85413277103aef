"""The region table, the region tables of processes, and all else that memory brings (Bach 6.2).

Memory is made when the first call asks for it. From then on every process has a text, a data and a
stack region, and fork, exec and exit go through the region algorithms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from kernel_model.ipc import IpcPerm, IpcTable
from kernel_model.memory import PAGE, Frames
from kernel_model.process import Process, State

if TYPE_CHECKING:
    from kernel_model.inode import Inode
    from kernel_model.kernel import Kernel

SHAREABLE = ("text", "shared", "mapped")  # types of regions that fork shares; it copies the others
REGION_ALGORITHMS = (
    "allocreg", "attachreg", "growreg", "loadreg", "dupreg", "detachreg", "freereg",
)  # fmt: skip
NEED_MEMORY = (*REGION_ALGORITHMS, "shmget", "shmat", "shmdt", "shmctl")  # as kernels install them
FIXED = {"text": 0, "data": 1, "stack": 2}  # their slots; those after them are for segments


@dataclass(slots=True, eq=False)
class Region:
    """An entry of the region table."""

    slot: int
    type: str = ""  # text, data, stack, shared, mapped or private; "": on the free list
    inode: str | None = None  # the file that its contents came from
    size: int = 0  # pages
    pages: dict[int, int] = field(default_factory=dict)  # the page table: the frame of each page
    refcount: int = 0  # per process region entries that point here
    locked: bool = False
    sticky: bool = False  # stays when the last process detaches it
    backing: Inode | None = field(default=None, repr=False)  # what pages are read from and go to
    dirty: set[int] = field(default_factory=set)  # pages that were written to, if it has one
    next: Region | None = field(default=None, repr=False)  # on the list that it is on
    prev: Region | None = field(default=None, repr=False)


@dataclass(slots=True, eq=False)
class Pregion:
    """An entry of a process's region table: where it has a region, and what it may do there."""

    slot: int
    region: Region
    type: str
    addr: int  # virtual address of its first byte
    readonly: bool = False
    first: int = 0  # the page of the region that lies there
    count: int | None = None  # pages attached; None: the whole region, however it grows
    used: int = 0  # of a data region: bytes given to the program
    closed: bool = False  # not even to be read

    @property
    def size(self) -> int:
        """Pages that the process has here."""
        return self.region.size if self.count is None else self.count

    @property
    def end(self) -> int:
        """The virtual address after the last byte."""
        return self.addr + self.size * PAGE


@dataclass(slots=True)
class RegionTable:
    """All regions, each on the free list or on the active one."""

    limit: int  # entries at most
    entries: list[Region] = field(default_factory=list)
    free: Region | None = None  # first of the free list
    active: Region | None = None  # first of the active list

    def fill(self, count: int) -> None:
        """Puts `count` more entries at the end of an empty free list."""
        assert self.free is None, "there are free regions"
        there = len(self.entries)
        made = [Region(slot) for slot in range(there, min(there + count, self.limit))]
        for before, region in pairwise(made):
            before.next, region.prev = region, before
        self.free = made[0] if made else None
        self.entries += made

    def listed(self, head: Region | None) -> list[Region]:
        """The regions of a list, in its order."""
        found: list[Region] = []
        for _ in range(len(self.entries) + 1):
            if head is None:
                return found
            found.append(head)
            head = head.next
        raise AssertionError("a list of regions has no end")

    def slots(self, head: Region | None) -> list[int]:
        """The same as slots: what a look at the tables takes most of its time for."""
        found: list[int] = []
        for _ in self.entries:
            if head is None:
                return found
            found.append(head.slot)
            head = head.next
        if head is None:
            return found
        raise AssertionError("a list of regions has no end")


@dataclass(slots=True)
class Segment:
    """An entry of the shared memory table."""

    slot: int
    perm: IpcPerm = field(default_factory=IpcPerm)
    segsz: int = 0  # bytes, as they were asked for
    region: Region | None = None
    cleared: bool = False  # no memory yet: the first attach allocates it
    cpid: int = 0  # who made it
    lpid: int = 0  # who attached or detached last
    atime: int = 0  # times of the last attach, detach and change, in seconds; 0: never
    dtime: int = 0
    ctime: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie in a process: virtual addresses."""

    lowest: int  # the first that a user may have
    text: int
    data: int
    map: int  # where the kernel puts segments: upwards from here, on Linux downwards
    stack: int
    highest: int  # the first that is the kernel's


CLASSIC = Layout(PAGE, 0x10000, 0x20000, 0x40000000, 0x7FFFF000, 0x80000000)
LINUX = Layout(0, 0x555555554000, 0x555555558000, 0x7FFFF7FFF000, 0x7FFFFFFFE000, 0x7FFFFFFFF000)


@dataclass(slots=True)
class Memory:
    """All that comes with memory: frames, regions, and the table of shared memory."""

    frames: Frames
    regions: RegionTable
    layout: Layout
    shmem: IpcTable[Segment]
    unpins: int = 0  # how often a page of ashmem was unpinned: their order


def tables_for(k: Kernel) -> Memory:
    """The tables of memory for this kernel, as they are when no process has any."""
    limits, linux = k.limits, k.personality == "linux"
    made = Memory(
        Frames(limits.FRAMES),
        RegionTable(limits.NREGION),
        LINUX if linux else CLASSIC,
        IpcTable[Segment]("shmem", limits.SHMMNI, Segment),
    )
    if not linux:
        made.regions.fill(limits.NREGION)
        made.shmem.fill()
    return made


def memory_of(k: Kernel) -> Memory:
    """The kernel's memory, which is made now if it was not there."""
    if k.memory is None:
        k.memory, k.spare = k.spare or tables_for(k), None
        try:
            for p in k.procs.values():
                if p.state is not State.ZOMBIE:
                    tally = p.tally
                    p.account()  # not in that of the call that happens to be the first
                    k.algorithms["newspace"](p)
                    p.tally = tally
        except BaseException:  # a machine too small for its processes, or a broken algorithm
            k.memory = None
            for p in k.procs.values():
                p.pregions, p.size = None, 0
            raise
    return k.memory


def lockreg(region: Region) -> None:
    """Locks a region, which nobody has locked."""
    assert not region.locked, f"region {region.slot} is locked, and nobody will ever unlock it"
    region.locked = True


def unlockreg(region: Region) -> None:
    """Unlocks a region."""
    assert region.locked, f"region {region.slot} is not locked"
    region.locked = False


def entries_of(p: Process) -> list[Pregion]:
    """The regions that a process has, in the order of their slots."""
    return [entry for entry in p.pregions or () if entry is not None]
