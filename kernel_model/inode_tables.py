"""Inodes and descriptors as plain data: `look_files` makes tuples, `show_files` JSON of them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kernel_model.inode import Inode
from kernel_model.parts import Part, Parts, show_all

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

INODE = ("number", "kind", "name", "mode", "uid", "gid", "size", "linked", "opens", "region",
         "dirty", "unpinned", "purged", "disk")  # fmt: skip
DESCRIPTOR = ("fd", "inode", "offset", "read", "write", "nonblock", "cloexec", "entry")
BY_NUMBER = itemgetter(0)
TEXT = 64  # characters of what the disk holds that are shown


def look_files(k: Kernel) -> tuple[Any, ...] | None:
    """The inodes, and the descriptors of each process; None while there never was an inode."""
    if k.filesystem is None:
        return None
    entries: dict[int, int] = {}  # of the file table, by identity: numbers in order
    fds = tuple([
        (
            p.name,
            tuple([
                (
                    fd, file.inode.number, file.offset, file.read, file.write, file.nonblock,
                    fd in p.cloexec, entries.setdefault(id(file), len(entries)),
                )
                for fd, file in held
            ]),
        )
        for p in k.procs.values()
        if (held := sorted(p.ofile.items(), key=BY_NUMBER))
    ])  # fmt: skip
    return tuple([_inode(inode) for inode in k.filesystem.inodes]), fds


def _inode(one: Inode) -> tuple[Any, ...]:
    region = one.region
    return (
        one.number, one.kind, one.name, one.mode, one.uid, one.gid, one.size, one.linked, one.opens,
        None if region is None else region.slot,
        () if region is None else tuple(sorted(region.dirty)),
        tuple(sorted(one.unpinned, key=one.unpinned.__getitem__)),
        tuple(sorted(one.purged)), bytes(one.disk).rstrip(b"\0"),
    )  # fmt: skip


def show_files(seen: tuple[Any, ...] | None) -> dict[str, Any]:
    """What `look_files` saw as plain JSON; {} while there is nothing.

    inodes  files and memory objects: the slot of the region; pages that are `dirty` (changed in
            memory only), `unpinned` (in the order in which they would be taken) and `purged`
            (taken); what the `disk` holds, without the zeros at the end
    fds     of each process its descriptors, the inodes they lead to, and the `entry` of the file
            table between them: those who share one share its offset
    """
    return show_all(seen, PARTS)


def _shown(inode: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(INODE, inode, strict=True))
    lists = {name: list(shown[name]) for name in ("dirty", "unpinned", "purged")}
    return shown | lists | {"disk": shown["disk"].decode("latin-1")[:TEXT]}


def _held(row: tuple[Any, ...]) -> dict[str, Any]:
    name, held = row
    return {"name": name, "fds": [dict(zip(DESCRIPTOR, one, strict=True)) for one in held]}


PARTS: Parts = {
    ("inodes",): Part((0,), _shown, rows=True),
    ("fds",): Part((1,), _held, rows=True),
}
