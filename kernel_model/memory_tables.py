"""The tables of memory as plain data: regions, where processes have them, frames, segments.

`look` makes tuples that can be compared, and `show_memory` plain JSON of them, as in tables.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.ipc import IPC_ALLOC
from kernel_model.memory import used
from kernel_model.parts import Part, Parts, show_all
from kernel_model.regiontable import Pregion, Region, Segment, entries_of

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

SEGMENT = ("slot", "key", "uid", "gid", "cuid", "cgid", "mode", "seq", "segsz", "region", "cleared",
           "nattch", "cpid", "lpid", "atime", "dtime", "ctime")  # fmt: skip
REGION = ("slot", "type", "inode", "size", "refcount", "locked", "sticky", "pages")
PREGION = ("slot", "type", "addr", "size", "readonly", "region", "first")
NEXT = 8  # frames of the free list that are shown
TEXT = 64  # characters of what a frame holds that are shown


def look(k: Kernel) -> tuple[Any, ...] | None:
    """The tables of memory as tuples; None while there is no memory."""
    memory = k.memory
    if memory is None:
        return None
    regions, frames = memory.regions, memory.frames
    lists = [tuple(regions.slots(head)) for head in (regions.active, regions.free)]
    spaces = tuple(
        (p.name, p.pid, p.size, tuple(_pregion(entry) for entry in entries_of(p)))
        for p in k.procs.values()
        if p.pregions is not None
    )
    held = sorted((n, used(data)) for n, data in frames.content.items())
    return (
        tuple(_segment(one) for one in memory.shmem.entries if one.perm.mode),
        memory.shmem.size,
        tuple(
            [
                _region(one)
                for one in regions.entries
                if one.type
                or one.refcount
                or one.size
                or one.pages
                or one.locked
                or one.sticky
                or one.inode is not None
            ]
        ),
        len(regions.entries),
        *lists,
        spaces,
        (frames.total, frames.handed, tuple(frames.free), tuple(frames.upcoming(NEXT))),
        tuple(held),
    )


def _region(region: Region) -> tuple[Any, ...]:
    return (
        region.slot, region.type, region.inode, region.size, region.refcount, region.locked,
        region.sticky, tuple(sorted(region.pages.items())),
    )  # fmt: skip


def _pregion(entry: Pregion) -> tuple[Any, ...]:
    return (
        entry.slot, entry.type, entry.addr, entry.size, entry.readonly, entry.region.slot,
        entry.first,
    )  # fmt: skip


def _segment(one: Segment) -> tuple[Any, ...]:
    """A segment in use; of its mode word all but IPC_ALLOC, so that a wrong bit is seen."""
    perm, region = one.perm, one.region
    return (
        one.slot, perm.key, perm.uid, perm.gid, perm.cuid, perm.cgid, perm.mode ^ IPC_ALLOC,
        perm.seq, one.segsz, None if region is None else region.slot, one.cleared,
        0 if region is None else region.refcount, one.cpid, one.lpid, one.atime, one.dtime,
        one.ctime,
    )  # fmt: skip


def show_memory(seen: tuple[Any, ...] | None) -> dict[str, Any]:
    """What `look` saw as plain JSON; {} while there is no memory.

    shmem    the segments in use: descriptor, table entry, slot of the region
    regions  entries in use with their page tables [[page, frame], ...]; the active and the
             free list, as slots in their order; `count`, how many entries there are
    spaces   of each process its size in pages, and its regions: slot, address, pages
    frames   `total`; `handed`, how many of the scattered order were ever given out; `free`,
             those given back since; `next`, the first of the free list; `text`, what frames
             hold that were written to, without the zeros at the end
    """
    return show_all(seen, PARTS)


def _space(space: tuple[Any, ...]) -> dict[str, Any]:
    name, pid, size, found = space
    regions = [dict(zip(PREGION, one, strict=True)) for one in found]
    return {"name": name, "pid": pid, "size": size, "regions": regions}


def _entry(region: tuple[Any, ...]) -> dict[str, Any]:
    pages = [list(pair) for pair in region[-1]]
    return dict(zip(REGION, region, strict=True)) | {"pages": pages}


def _frames(frames: tuple[Any, ...], held: tuple[Any, ...]) -> dict[str, Any]:
    total, handed, free, upcoming = frames
    texts = [[number, text.decode("latin-1")[:TEXT]] for number, text in held]
    return {
        "total": total, "handed": handed, "free": list(free), "next": list(upcoming), "text": texts,
    }  # fmt: skip


def _shown(one: tuple[Any, ...], modulus: int) -> dict[str, Any]:
    segment = dict(zip(SEGMENT, one, strict=True))
    return {"shmid": segment["seq"] * modulus + segment["slot"]} | segment


PARTS: Parts = {
    ("shmem",): Part((0, 1), _shown, rows=True),
    ("regions", "count"): Part((3,), int),
    ("regions", "active"): Part((4,), list),
    ("regions", "free"): Part((5,), list),
    ("regions", "entries"): Part((2,), _entry, rows=True),
    ("spaces",): Part((6,), _space, rows=True),
    ("frames",): Part((7, 8), _frames),
}
