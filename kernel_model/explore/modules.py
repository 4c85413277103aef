"""Source text as modules that are made afresh, and what they may not do outside cells."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import importlib
import importlib.util
import types
from collections.abc import Hashable, Iterable, Mapping
from operator import is_not
from typing import Any

from kernel_model.explore.caches import instead, without_caches
from kernel_model.explore.canonical import PLAIN, SPECIAL, Canonical, Hidden
from kernel_model.explore.cells import LockError
from kernel_model.explore.codes import annotated
from kernel_model.explore.hanging import hanging, hung
from kernel_model.explore.identity import NAME, same, watched
from kernel_model.explore.iterators import ITERTOOLS

# what gives the same answer every time, and keeps nothing from one time to the next
LIBRARY = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "enum",
    "functools",
    "heapq",
    "itertools",
    "kernel_model",
    "math",
    "operator",
    "types",
    "typing",
}
# how much room a thing takes, who has it, who watches it, if two are one: no part of what it is
TELLTALE = {
    "__sizeof__",
    "__alloc__",
    "getsizeof",
    "getrefcount",
    "f_trace",
    "f_trace_lines",
    "f_trace_opcodes",
    "is_",
    "is_not",
}
GIVEN = "kernel_model.explore.blocking"  # steps that a star import brings: P, Pprim, ...


class Elsewhere:
    """Stands for a module that a lock cannot use; whoever uses it is told so."""

    def __init__(self, name: str) -> None:
        self.__dict__["name"] = name

    def __getattr__(self, attribute: str) -> object:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        name = f"{self.__dict__['name']}.{attribute}"
        raise LockError(f"{name}: what a lock does may only depend on what it reads from cells")


SPECIAL[types.SimpleNamespace] = lambda self, x: (
    "itertools" if x is ITERTOOLS else ("namespace", self.key(vars(x)))
)
SPECIAL[Elsewhere] = lambda _, x: ("elsewhere", x.__dict__["name"])


def _import(name: str, *rest: Any) -> object:
    top = name.partition(".")[0]
    if name == "itertools":
        return ITERTOOLS
    if top in LIBRARY:
        return builtins.__import__(name, *rest)
    if not _there(top):
        raise ModuleNotFoundError(f"there is no module {name}")
    return Elsewhere(name)


@functools.cache
def _there(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def imported(tree: ast.AST) -> None:
    """Imports what a file names, so that the first time that it runs is like every other.

    Raises LockError where it names what differs between things that are the same (`TELLTALE`).
    """
    for node in ast.walk(tree):
        named = [getattr(node, "attr", None), getattr(node, "value", None)]
        named += [node.name] if isinstance(node, ast.alias) else []
        for name in named:
            telltale(name)
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            if _there(name.partition(".")[0]) and name.partition(".")[0] in LIBRARY:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)


def telltale(name: object) -> None:
    """Raises LockError for one of these names."""
    if isinstance(name, str) and name in TELLTALE:
        raise LockError(f"{name}: two equal values may differ in it")


def _getattr(x: object, name: str, *otherwise: object) -> object:
    telltale(name)
    return getattr(x, name, *otherwise)


def _address(_: object) -> int:
    raise LockError("id(): where an object lies differs from one run to the next")


def _hash(x: object) -> int:
    if type(x).__hash__ is object.__hash__:
        raise LockError("hash(): where an object lies differs from one run to the next")
    return hash(x)


def _open(*_: object, **__: object) -> object:
    raise LockError("open(): what a lock does may only depend on what it reads from cells")


BUILTINS = dict(vars(builtins)) | {
    "__import__": _import,
    "id": _address,
    "hash": _hash,
    "open": _open,
    "input": _open,
    "getattr": _getattr,
    NAME: same,
    "print": lambda *_, **__: None,  # it would be called once for each replay
}


class Text:
    """The text of a file, compiled; raises LockError for what is no Python."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        try:
            tree = ast.parse(text, file)
            imported(tree)
            self.code = compile(watched(tree), file, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise LockError(f"this is no Python: {error}") from error

    def fresh(self, given: Mapping[str, object] | None = None) -> Kept:
        """The module made anew, with nothing left from before; some names it is given."""
        names: dict[str, Any] = {"__builtins__": BUILTINS, "__name__": self.file, **(given or {})}
        exec(self.code, names)
        without_caches(names)
        return Kept(self.file, names)


class Kept:
    """One life of a module: its names, and whether it changed anything that it should not."""

    def __init__(self, file: str, names: dict[str, Any]) -> None:
        self.file = file
        self.names = names
        self.first = dict(names)
        self.values = list(names.values())
        functions = [one for one in self.values if type(one) is types.FunctionType]
        self.bare = [one for one in functions if one.__globals__ is names and not one.__dict__]
        for one in self.values:
            if isinstance(one, type) and one.__module__ == file:
                annotated(one)  # of a class they are made when they are first asked for
        self.watched = [one for one in self.values if self.may_change(one)]
        self.placed: list[object] = []
        self.places: dict[
            int, int
        ] = {}  # of what it keeps, by id: `x is SOME` tells it from others
        self.before = self.state() if self.watched else None
        self.place(one for one in self.values if type(one) not in PLAIN)
        self.things = hanging(names, file)
        self.hung = hung(self.things)
        self.keeps = bool(self.watched)  # can anything in it change without being told at once?

    def asked(self, *functions: str) -> None:
        """Raises LockError if one of these functions is missing."""
        for name in functions:
            given = self.names.get(name)
            if not callable(given) or getattr(given, "__module__", None) == GIVEN:
                raise LockError(f"the file defines no {name}(...)")

    def may_change(self, x: object) -> bool:
        """Can this hold something that changes without a name of the module changing?"""
        if type(x) is types.FunctionType:
            if x.__globals__ is not self.names:
                return bool(x.__closure__) and x.__module__ != GIVEN
            return any((x.__closure__, x.__defaults__, x.__kwdefaults__, x.__dict__))
        if x is BUILTINS or x is ITERTOOLS or type(x) in (types.ModuleType, Elsewhere):
            return False
        if isinstance(x, type) and x.__module__ != self.file:
            return False
        if type(x).__module__ == "__future__":
            return False
        if type(x) is tuple:
            return any(map(self.may_change, x))
        return type(x) not in (int, str, float, bool, type(None), types.BuiltinFunctionType)

    def state(self) -> Hashable:
        """Everything that the module keeps, as a key; raises LockError where it cannot be seen."""
        try:
            canonical = Canonical(self.file)
            key = canonical.keys(self.watched)
            if not self.places:
                self.place(canonical.kept)
            return key
        except Hidden as hidden:
            words = f"the module keeps {hidden}, whose state cannot be seen{instead(hidden)}"
            raise LockError(words) from hidden

    def place(self, many: Iterable[object]) -> None:
        """Numbers what the module keeps, which is kept as long as its numbers are."""
        kept = [x for x in many if id(x) not in self.places]
        self.placed += kept
        self.places |= {id(x): number for number, x in enumerate(kept, len(self.places))}

    def changed(self) -> str | None:
        """What was kept outside of cells, in words; None: nothing."""
        now = list(self.names.values())
        if len(now) != len(self.values) or any(map(is_not, now, self.values)):
            both = {**self.first, **self.names}
            names = [x for x in both if self.first.get(x, both) is not self.names.get(x, both)]
            return f"the global {names[0]}"
        if any(one.__dict__ for one in self.bare):
            return "an attribute of a function"
        now = hung(self.things)
        if len(now) != len(self.hung) or any(map(is_not, now, self.hung)):
            return "an attribute of a function, a class or a module"
        if self.watched and self.state() != self.before:
            return "something that outlives the call (a global object, a default, a closure)"
        return None
