"""What a lock must leave as it is: every object that was there before it ran.

A place to hide something can be as far away as one likes (`collections.abc.Sized.mine`, the
attributes of `sys`, a list in a library). So it is not looked for by name: before the code runs
each object of the interpreter is noted with the objects that it refers to, and afterwards these
must be the very same. What is not an object (the depth of recursion) is noted as well.
"""

from __future__ import annotations

import abc
import collections.abc
import gc
import os
import sys
import types
import weakref
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from typing import Any

from kernel_model.explore import budget, codes, operations
from kernel_model.explore.aliases import CACHE, Aliases
from kernel_model.explore.cells import Array, Cell, LockError, Record, Shared
from kernel_model.explore.modules import LIBRARY
from kernel_model.explore.noted import Noted

# they cannot change, or run on by themselves; what is read in them is found elsewhere
LEFT_OUT = (
    tuple,
    types.FrameType,
    types.CoroutineType,
    types.GeneratorType,
    types.AsyncGeneratorType,
    types.TracebackType,
    types.BuiltinFunctionType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    types.CellType,  # but those of functions that are there
    CACHE,  # but what hangs on them
    weakref.ReferenceType,
    type(vars(collections.abc.Sized)["_abc_impl"]),  # which classes it has been asked about
)
MANY = 40_000  # objects: a process with more does other things as well
_crowded: list[bool] = []  # have very many been counted here, or where this is forked from?
# what the explorer itself writes while code runs
EXEMPT: tuple[Callable[[], object], ...] = (
    lambda: codes._codes,
    lambda: codes._made,
    lambda: operations._forgotten,
    lambda: budget._codes,
)


class Surroundings:
    """All objects; with other threads, or very many, those of the library and the explorer."""

    def __init__(self, *but: object) -> None:
        """Notes everything; `but` are objects that the explorer is about to change itself."""
        self.alone = len(sys._current_frames()) == 1
        there = (every_object() if self.alone else None) or of_libraries()
        left = {id(there), id(self), *map(id, but), *map(id, (give() for give in EXEMPT))}
        self.aliases = Aliases(there)  # what a library has worked out it may keep
        left |= self.aliases.inside()
        things = [one for one in there if type(one) not in LEFT_OUT and id(one) not in left]
        things += map(vars, self.aliases.caches)
        closures = [one.__closure__ for one in things if type(one) is types.FunctionType]
        things += [cell for one in closures for cell in one or ()]
        self.noted = [Noted(things, left)]
        self.numbers, self.files = numbers(self.alone), opened(self.alone)

    def include(self, memory: Shared) -> None:
        """Its arrays, records and cells too, which carry names and numbers of their own."""
        self.noted.append(Noted(parts_of(memory)))

    def look(self) -> None:
        """Raises LockError if anything is not as it was before."""
        changed = self.changed()
        if changed is not None:
            raise LockError(
                f"the code changes {changed}: what processors share, and what they remember from "
                f"one call to the next, must be in cells"
            )

    def changed(self) -> str | None:
        """What is not as it was before, in words; None: nothing."""
        if self.numbers != numbers(self.alone) or opened(self.alone) - self.files:
            return "a setting of the interpreter"
        for one in chain.from_iterable(noted.changed() for noted in self.noted):
            if not of_references(one):
                return told(one)
        return self.aliases.other()


def every_object() -> list[Any] | None:
    """All that the garbage collector knows of, with what it has been told to leave alone.

    A server that forks leaves alone all that it has loaded, and that is where one would hide.
    None where there are very many: to list them takes long, so that is found out once a process.
    """
    if _crowded:
        return None
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    there = gc.get_objects()
    if frozen:
        gc.freeze()
    if len(there) < MANY:
        return there
    _crowded.append(True)
    return None


def of_libraries() -> list[Any]:
    """The modules that code may import, with the classes and functions in them."""
    found: list[Any] = []
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in LIBRARY or not isinstance(module, types.ModuleType):
            continue
        inside = [*vars(module).values()]
        found += [vars(module), *inside]
        found += [one for x in inside if isinstance(x, type) for one in vars(x).values()]
        found += [vars(x) for x in inside if isinstance(x, types.ModuleType)]
    return [x for x in {id(one): one for one in found}.values() if gc.is_tracked(x)]


def numbers(alone: bool) -> object:
    """What code can set that is no object; `alone`: no other thread can do so."""
    of_all = sys.getrecursionlimit(), sys.getswitchinterval(), dict(os.environ), os.getcwd()
    if not alone:
        return of_all
    limits = sys.get_int_max_str_digits(), sys.get_coroutine_origin_tracking_depth()
    collector = gc.get_threshold(), gc.isenabled(), gc.get_debug()
    return *of_all, *limits, *collector, abc.get_cache_token(), mask()


def mask() -> object:
    """What is masked in the mode of new files; None: not to be seen here."""
    with suppress(OSError), open("/proc/self/status", "rb") as status:
        return [line for line in status if line.startswith(b"Umask")]
    return None


def opened(alone: bool) -> set[str]:
    """The files that are open, where that can be seen and no other thread opens any."""
    with suppress(OSError):
        return set(os.listdir("/proc/self/fd")) if alone else set()
    return set()


def parts_of(memory: Shared) -> list[object]:
    """A memory and its arrays, records and cells."""
    found: dict[int, object] = {}
    todo: list[object] = [memory]
    while todo:
        one = todo.pop()
        if id(one) not in found and isinstance(one, Shared | Array | Record | Cell):
            found[id(one)] = one
            for inner in gc.get_referents(one):
                todo += inner.values() if isinstance(inner, dict) else [inner]
                todo += inner if isinstance(inner, tuple) else []
    return [*found.values()]


def of_references(x: Any) -> bool:
    """Does the interpreter note in it which classes there are, or has been asked about?"""
    held = x.values() if type(x) is dict else x if type(x) is set else ("",)
    return all(isinstance(one, weakref.ReferenceType) for one in held)


def told(x: Any) -> str:
    """What an object is, in words."""
    if isinstance(x, type | types.FunctionType):
        return f"{x.__module__}.{x.__qualname__}"
    if isinstance(x, types.ModuleType):
        return f"the module {x.__name__}"
    for name, module in list(sys.modules.items()):
        names = getattr(module, "__dict__", None)
        if names is x:
            return f"the module {name}"
        if isinstance(names, dict):
            held = [key for key, one in list(names.items()) if one is x]
            if held:
                return f"{name}.{held[0]}"
    return f"a {type(x).__name__}"
