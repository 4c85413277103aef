"""What `typing` has worked out: it keeps `Box[int]`, which may carry nothing but what it made.

A class with `Generic` below it, and whoever calls `Box[int]`, makes the library's caches grow.
That is no place to remember something as long as each thing in them is what is made from its name.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from kernel_model.explore.canonical import Canonical, Hidden
from kernel_model.explore.codes import of_library

CACHE: type = functools._lru_cache_wrapper


class Aliases:
    """The caches among some objects, and what is in those of `typing` already."""

    def __init__(self, there: Iterable[object]) -> None:
        self.caches = [one for one in there if type(one) is CACHE]
        self.of_typing = [one for one in self.caches if vars(one).get("__module__") == "typing"]
        self.known = {id(made): made for one in self.of_typing for _, made in worked_out(one)}

    def inside(self) -> set[int]:
        """The ids of what the caches refer to, but for their attributes."""
        return {id(x) for one in self.caches for x in gc.get_referents(one)} - {
            id(vars(one)) for one in self.caches
        }

    def other(self) -> str | None:
        """Something new that is not as the library makes it, in words; None: nothing."""
        for cache in self.of_typing:
            for asked, made in worked_out(cache):
                if id(made) not in self.known and not as_made(cache, asked, made):
                    return f"{made!r}, which is kept by the library"
        return None


def worked_out(cache: Any) -> Iterator[tuple[tuple[object, ...], Any]]:
    """What a cache was asked, and what it has made of it, where that can carry anything."""
    for asked, made in pairwise(gc.get_referents(cache)):
        if type(asked) is tuple and type(made).__module__ == "typing" and of_library(type(made)):
            yield asked, made


def as_made(cache: Any, asked: tuple[object, ...], made: object) -> bool:
    """Is it what the library would make again?"""
    try:
        again = cache.__wrapped__(*asked)
        return Canonical("").key(again) == Canonical("").key(made)
    except (Hidden, TypeError, ValueError, AttributeError, AssertionError):
        return False
