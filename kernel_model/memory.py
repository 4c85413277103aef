"""Physical memory: frames of one page each, and the list of those that are free (Bach 6.2, 9.2).

A machine that has run for a while gives out frames in no order, so that pages which lie together
in a process lie apart in memory. Here the free list begins in such an order, always the same;
a frame that is given back is the next to be given out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import gcd

PAGE = 4096  # bytes in a page of a region, and in a frame of memory
ZEROS = bytes(PAGE)
SHORT = 64  # bytes that are looked at one by one
GOLDEN = 0.618  # the part of memory that lies between one free frame and the next


@dataclass(slots=True)
class Frames:
    """The frames of the machine, known by their numbers from 0.

    The free list is `free`, its end first, and before that the rest of the scattered order.
    """

    total: int
    handed: int = 0  # of the scattered order, how many were ever given out
    free: list[int] = field(default_factory=list)  # given back since, the latest last
    content: dict[int, bytearray] = field(default_factory=dict)  # of those written to

    @property
    def left(self) -> int:
        """How many frames are free."""
        return self.total - self.handed + len(self.free)

    def upcoming(self, count: int) -> list[int]:
        """The first `count` frames of the free list."""
        given_back = self.free[: -count - 1 : -1]
        end = min(self.handed + count - len(given_back), self.total)
        return given_back + [scattered(self.total, n) for n in range(self.handed, end)]


def scattered(total: int, number: int) -> int:
    """The frame at a place of the order in which a machine of `total` frames begins."""
    return (number + 1) * stride(total) % total


@cache
def stride(total: int) -> int:
    """How far apart two frames are that are given out one after the other."""
    found = max(int(total * GOLDEN), 1)
    while gcd(found, total) != 1:
        found += 1
    return found


def getframe(frames: Frames) -> int:
    """Takes the first frame off the free list; it holds zeros."""
    assert frames.left, "no frame is free, and nobody looked before"
    if frames.free:
        return frames.free.pop()
    frames.handed += 1
    return scattered(frames.total, frames.handed - 1)


def putframe(frames: Frames, frame: int) -> None:
    """Puts a frame on the free list, as its first; what it held is gone."""
    frames.content.pop(frame, None)
    frames.free.append(frame)


def peek(frames: Frames, frame: int, offset: int, size: int) -> bytes:
    """What a frame holds, from an offset; all of it lies inside the frame."""
    return bytes(frames.content.get(frame, ZEROS)[offset : offset + size])


def used(held: bytes | bytearray) -> bytes:
    """What is held, without the zeros at the end; much of a page is zeros."""
    end = len(held)
    while end > SHORT and held[(half := end // 2) : end] == ZEROS[: end - half]:
        end = half
    return bytes(held[:end]).rstrip(b"\0")


def poke(frames: Frames, frame: int, offset: int, data: bytes) -> None:
    """Writes into a frame; all of the data lies inside the frame."""
    held = frames.content.setdefault(frame, bytearray(PAGE))
    held[offset : offset + len(data)] = data
    assert len(held) == PAGE, f"{len(data)} bytes at {offset} do not fit into a frame"
