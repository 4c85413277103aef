"""A system file: shared memory, a program for each processor, and what must always hold.

def memory(n): return Shared(...)                # for n processors
async def program(mem, i, n): ...                # what processor i runs, or:
def programs(n): return [reader, writer]         # one for each processor
invariants = (well_formed,)                      # optional; of values, in every state
finals = (nothing_lost,)                         # optional; where all programs have ended
def awaited(m): return {"chan": m.lock == 0}     # optional; does what sleepers wait for hold?
PROCESSORS = 3                                   # optional; how many, if not asked otherwise
RESTS = True                                     # optional; who waits for ever is right to do so
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Mapping, Sequence

from kernel_model.explore.cells import LockError, Record, Shared, cells_of
from kernel_model.explore.modules import Kept, Text
from kernel_model.explore.noted import Noted
from kernel_model.explore.snapshot import Suspended
from kernel_model.explore.surroundings import parts_of

Check = Callable[[Record], object]
FEWEST = 2  # processors, where the file does not say


def is_system(text: str) -> bool:
    """Does a file define `program` or `programs`, and so a system and not a lock?"""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    defined = {getattr(one, "name", None) for one in body}
    for one in body:
        if isinstance(one, ast.Assign):
            defined |= {target.id for target in one.targets if isinstance(target, ast.Name)}
    return bool(defined & {"program", "programs"})


class SystemFile:
    """The text of a system file, compiled; raises LockError for what is no Python."""

    def __init__(
        self, text: str, file: str = "system", given: Mapping[str, object] | None = None
    ) -> None:
        self.file, self.given = file, given  # names that it need not define
        self.text = Text(text, file)

    def fresh(self) -> System:
        """The module made anew, with nothing left from before."""
        return System(self.text.fresh(self.given))


class System:
    """One life of a system's module; raises LockError for what is not a system."""

    def __init__(self, kept: Kept) -> None:
        kept.asked("memory")
        self.names = kept.names
        if not callable(self.names.get("programs")):
            kept.asked("program")
        self.kept, self.keeps, self.places = kept, kept.keeps, kept.places
        self.own = OwnMemory(self.memory)

    def changed(self) -> str | None:
        """What was kept outside of cells, in words; None: nothing."""
        return self.kept.changed() or self.own.changed()

    def processors(self) -> int:
        """How many, where nobody asks for another number."""
        n = self.names.get("PROCESSORS", FEWEST)
        if type(n) is not int or n < 1:
            raise LockError(f"PROCESSORS = {n!r}: a number, at least 1")
        return n

    def memory(self, n: int) -> Shared:
        """The memory for n processors."""
        made = self.names["memory"](n)
        if not isinstance(made, Shared):
            raise LockError(f"memory({n}) gives {made!r}, not Shared(...)")
        return made

    def programs(self, n: int) -> list[Callable[..., object]]:
        """One for each processor."""
        if not callable(self.names.get("programs")):
            return [self.names["program"]] * n
        given = list(self.names["programs"](n))
        if len(given) != n or not all(map(callable, given)):
            raise LockError(f"programs({n}) gives {given}, not {n} functions")
        return given

    def start(self, function: str, memory: Shared, procid: int, n: int) -> Suspended:
        """A processor's program, called but not run; its memory belongs to this life."""
        mine = self.own.made(n)
        if layout(mine) != layout(memory):
            raise LockError(f"memory({n}) does not give the same each time")
        program = self.programs(n)[procid]
        made = program(mine, procid, n)
        if not isinstance(made, types.CoroutineType):
            name = getattr(program, "__name__", function)
            raise LockError(f"{name} is no coroutine: write async def {name}(mem, i, n)")
        return made

    def checks(self, name: str) -> Sequence[Check]:
        """The functions under `invariants` or `finals`."""
        given = self.names.get(name, ())
        if not isinstance(given, tuple | list) or not all(map(callable, given)):
            raise LockError(f"{name} = {given!r}: a tuple of functions")
        return given

    def rests(self) -> bool:
        """Is it right that somebody waits for ever?"""
        return bool(self.names.get("RESTS", False))

    def awaited(self, seen: Record) -> dict[str, bool]:
        """By queue: does what those asleep on it wait for hold?"""
        asked = self.names.get("awaited")
        given = {} if asked is None else asked(seen)
        if not isinstance(given, dict):
            raise LockError(f"awaited(m) gives {given!r}, not a dict of queues")
        return {str(queue): bool(holds) for queue, holds in given.items()}


class OwnMemory:
    """The memory that belongs to a life: made once, since nothing may be kept in it but cells."""

    def __init__(self, make: Callable[..., Shared]) -> None:
        self.make = make
        self.memory: Shared | None = None

    def made(self, *arguments: object) -> Shared:
        """The memory."""
        if self.memory is None:
            self.memory = self.make(*arguments)
            self.noted = Noted(parts_of(self.memory))
        return self.memory

    def changed(self) -> str | None:
        """What is kept in it beside its cells, in words; None: nothing."""
        if self.memory is None or next(self.noted.changed(), None) is None:
            return None
        return "an array, a record or a cell of the memory"


def layout(memory: Shared) -> object:
    """The names of a memory's cells, and what they hold first."""
    cells, first = cells_of(memory)
    return [cell.name for cell in cells], first
