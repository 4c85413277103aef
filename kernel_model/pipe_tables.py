"""Pipes as plain data: `look_pipes` makes tuples, `show_pipes` JSON of them, as in tables.py."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from kernel_model.inode import Inode

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

PIPE = ("inode", "name", "readers", "writers", "size", "capacity", "block", "roff", "woff",
        "slots", "tail", "pages", "text")  # fmt: skip
TEXT = 64  # characters of what is in a pipe that are shown


def look_pipes(k: Kernel) -> tuple[Any, ...] | None:
    """The pipes there are; None while there was never one."""
    if k.filesystem is None:
        return None
    found = tuple([_pipe(inode) for inode in k.filesystem.inodes if inode.pipe is not None])
    return found or None


def _pipe(inode: Inode) -> tuple[Any, ...]:
    pipe = inode.pipe
    assert pipe is not None, "asked of pipes only"
    return (
        inode.number, inode.name, pipe.readers, pipe.writers, inode.size, pipe.capacity, pipe.block,
        pipe.roff, pipe.woff, pipe.slots, pipe.tail,
        tuple((page.offset, len(page.text)) for page in pipe.pages), held(inode),
    )  # fmt: skip


def held(inode: Inode) -> bytes:
    """What is in the pipe, the oldest byte first; of much, the beginning."""
    pipe = inode.pipe
    assert pipe is not None, "asked of pipes only"
    if pipe.slots:
        return bytes(chain.from_iterable(page.text[:TEXT] for page in pipe.pages[:TEXT]))[:TEXT]
    count = min(inode.size, TEXT, pipe.capacity) if type(inode.size) is int else 0
    places = (divmod((pipe.roff + n) % pipe.capacity, pipe.block) for n in range(count))
    return bytes(pipe.blocks[number][at] for number, at in places)


def show_pipes(seen: tuple[Any, ...] | None) -> dict[str, Any]:
    """What `look_pipes` saw as plain JSON: `pipes`; {} while there is none.

    readers, writers   entries of the file table that are open for each
    size, capacity     bytes in the pipe, and bytes it can hold
    roff, woff, block  of the classic kernel: the two offsets, and bytes in one of the ten blocks
    slots, tail        of Linux: page buffers there are, and the one that is read next
    pages              of Linux: offset and length of what is in each buffer in use
    text               the first bytes that are in it
    """
    if seen is None:
        return {}
    return {"pipes": [_shown(one) for one in seen]}


def _shown(one: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(PIPE, one, strict=True))
    pages = [list(page) for page in shown["pages"]]
    return shown | {"pages": pages, "text": shown["text"].decode("latin-1")}
