"""Allocating from a map: malloc and mfree, first fit (Bach 9.1.1)."""

from bisect import bisect
from dataclasses import dataclass, field


@dataclass(slots=True)
class Map:
    """Free units of some resource, as extents in order of their first unit."""

    size: int  # units in all
    free: list[tuple[int, int]] = field(default_factory=list)  # (first unit, number of units)

    def __post_init__(self) -> None:
        self.free = self.free or ([(0, self.size)] if self.size else [])


def malloc(area: Map, units: int) -> int | None:
    """The first of `units` units that lie together, from the first extent that fits; or None."""
    for place, (first, length) in enumerate(area.free):
        if length >= units:
            left = [(first + units, length - units)] if length > units else []
            area.free[place : place + 1] = left
            return first
    return None


def mfree(area: Map, first: int, units: int) -> None:
    """Gives units back; joins them with the free extents before and after."""
    place = bisect(area.free, (first, 0))
    end = first + units
    before = area.free[place - 1] if place else None
    after = area.free[place] if place < len(area.free) else None
    assert before is None or sum(before) <= first, f"unit {first} was free already"
    assert after is None or end <= after[0], f"unit {end - 1} was free already"
    low, high = place, place
    if before is not None and sum(before) == first:
        first, low = before[0], place - 1
    if after is not None and after[0] == end:
        end, high = sum(after), place + 1
    area.free[low:high] = [(first, end - first)]
