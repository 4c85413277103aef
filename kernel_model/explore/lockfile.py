"""A lock file: its memory, its processors, and Pprim and Vprim to be started."""

from __future__ import annotations

import types

from kernel_model.explore.cells import LockError, Shared
from kernel_model.explore.modules import Kept, Text
from kernel_model.explore.snapshot import Suspended

ASKED = ("semaphore", "Pprim", "Vprim")


class LockFile:
    """The text of a lock file, compiled; raises LockError for what is not a lock."""

    def __init__(self, text: str, file: str = "lock") -> None:
        self.file = file
        self.text = Text(text, file)

    def fresh(self) -> Instance:
        """The module made anew, with nothing left from before."""
        return Instance(self.text.fresh())


class Instance:
    """One life of a lock's module: its functions, and whether it changed anything it should not."""

    def __init__(self, kept: Kept) -> None:
        kept.asked(*ASKED)
        self.names = kept.names
        self.changed, self.keeps, self.places = kept.changed, kept.keeps, kept.places

    def memory(self, n: int) -> Shared:
        """The lock's memory for n processors."""
        made = self.names["semaphore"](n)
        if not isinstance(made, Shared):
            raise LockError(f"semaphore({n}) gives {made!r}, not Shared(...)")
        return made

    def processors(self, n: int) -> list[int]:
        """The processors' ids."""
        give = self.names.get("processors", range)
        ids = list(give(n))
        if not all(type(one) is int for one in ids) or len(set(ids)) != n:
            raise LockError(f"processors({n}) gives {ids}, not {n} different numbers")
        return ids

    def start(self, function: str, memory: Shared, procid: int, n: int) -> Suspended:
        """Pprim or Vprim, called but not run."""
        made = self.names[function](memory, procid, n)
        if not isinstance(made, types.CoroutineType):
            raise LockError(f"{function} is no coroutine: write async def {function}(...)")
        return made
