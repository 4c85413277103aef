"""The tables of memory as plain data: regions, where processes have them, frames, segments.

`look` makes tuples that can be compared, and `show_memory` plain JSON of them, as in tables.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kernel_model.ipc import IPC_ALLOC
from kernel_model.regiontable import Pregion, Region, Segment, entries_of

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

SEGMENT = ("slot", "key", "uid", "gid", "cuid", "cgid", "mode", "seq", "segsz", "region", "cleared",
           "nattch", "cpid", "lpid", "atime", "dtime", "ctime")  # fmt: skip
REGION = ("slot", "type", "inode", "size", "refcount", "locked", "sticky", "pages")
PREGION = ("slot", "type", "addr", "size", "readonly", "region", "first")
NEXT = 8  # frames of the free list that are shown
PARTS = {  # of the JSON: by their places, the members of what `look` gives that make them
    ("shmem",): (0, 1),
    ("regions", "entries"): (2,),
    ("regions", "count"): (3,),
    ("regions", "active"): (4,),
    ("regions", "free"): (5,),
    ("spaces",): (6,),
    ("frames",): (7, 8),
}
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
    held = sorted((n, bytes(data.rstrip(b"\0"))) for n, data in frames.content.items())
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
    return {} if seen is None else show_parts(seen, PLAIN)


def parts(seen: tuple[Any, ...]) -> dict[tuple[Any, ...], Any]:
    """What each part of the JSON is made from."""
    return {place: [seen[number] for number in made] for place, made in PARTS.items()}


def show_parts(seen: tuple[Any, ...], places: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """The parts at these places as show_memory has them, and nothing else."""
    shown: dict[str, Any] = {}
    for place in places:
        part = PLAIN[place](*[seen[number] for number in PARTS[place]])
        if len(place) == 1:
            shown[place[0]] = part
        else:
            shown.setdefault(place[0], {})[place[1]] = part
    return shown


def _spaces(spaces: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [
        {"name": name, "pid": pid, "size": size, "regions": [_named(PREGION, one) for one in found]}
        for name, pid, size, found in spaces
    ]


def _frames(frames: tuple[Any, ...], held: tuple[Any, ...]) -> dict[str, Any]:
    total, handed, free, upcoming = frames
    texts = [[number, text.decode("latin-1")[:TEXT]] for number, text in held]
    return {
        "total": total, "handed": handed, "free": list(free), "next": list(upcoming), "text": texts,
    }  # fmt: skip


def _shown(one: tuple[Any, ...], modulus: int) -> dict[str, Any]:
    segment = _named(SEGMENT, one)
    return {"shmid": segment["seq"] * modulus + segment["slot"]} | segment


def _named(names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


def _lists(pairs: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(pair) for pair in pairs]


PLAIN: dict[tuple[str, ...], Callable[..., Any]] = {  # by place: JSON of what PARTS names
    ("shmem",): lambda shmem, modulus: [_shown(one, modulus) for one in shmem],
    ("regions", "count"): int,
    ("regions", "active"): list,
    ("regions", "free"): list,
    ("regions", "entries"): lambda entries: [
        _named(REGION, one) | {"pages": _lists(one[-1])} for one in entries
    ],
    ("spaces",): _spaces,
    ("frames",): _frames,
}
