"""Where in memory locks, conditions and semaphores were made: what pictures look for.

The kernel knows nothing of them, they are bytes; this list is the model's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel_model.faults import page_of, region_at
from kernel_model.memory import PAGE
from kernel_model.process import Process
from kernel_model.regiontable import Region

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel


@dataclass(slots=True)
class Mark:
    """An object of the C library in a region."""

    kind: str  # mutex, condition or semaphore
    name: str | None  # of a semaphore, if it has one
    region: Region
    offset: int  # bytes from the beginning of the region
    pages: dict[int, int]  # the region's page table then: a region that is freed gets a new one

    @property
    def there(self) -> bool:
        """Is the region still the one that the object was made in?"""
        return self.region.pages is self.pages


def marks_of(k: Kernel) -> list[Mark]:
    """The objects there are, in the order in which they were made."""
    k.marks = [mark for mark in k.marks if mark.there]
    return k.marks


def mark(u: Process, kind: str, addr: int, name: str | None = None) -> None:
    """Notes that an object was made at an address, where there may have been another."""
    unmark(u, addr)
    region, offset = place_of(u, addr)
    u.k.marks.append(Mark(kind, name, region, offset, region.pages))


def unmark(u: Process, addr: int) -> None:
    """Notes that an object is no more."""
    place = place_of(u, addr)
    u.k.marks = [one for one in marks_of(u.k) if (one.region, one.offset) != place]


def place_of(u: Process, addr: int) -> tuple[Region, int]:
    """The region at an address, which was just written to, and the place in it."""
    entry = region_at(u, addr)
    assert entry is not None, "an object in no region"
    return entry.region, page_of(entry, addr) * PAGE + addr % PAGE
