"""Values as keys: two values get the same key only if code cannot tell one from the other.

Identity counts where it can be felt: a list that two names share is not two equal lists.
Whatever cannot be looked into is refused (`Hidden`), never guessed.
"""

from __future__ import annotations

import collections.abc
import functools
import gc
import math
import operator
import sys
import types
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from kernel_model.explore.cells import Array, Cell, Record, Shared, intact
from kernel_model.explore.codes import annotated, code_key, made_key, of_library
from kernel_model.explore.operations import Operation

PLAIN = frozenset((int, str, type(None), bytes, type(...)))
WRAPPERS = (
    staticmethod,
    classmethod,
    property,
    functools.partial,
    types.MethodType,
    types.MappingProxyType,
)
_EACH: tuple[object, ...] = (
    iter([]),
    iter(()),
    iter(range(0)),
    iter(range(1 << 70)),
    iter(""),
    iter(b""),
    iter({}),
    iter({}.values()),
    iter({}.items()),
    iter(set()),
    reversed([]),
    reversed({}),
    reversed(()),
    enumerate([]),
    zip(),
    map(abs, []),
    filter(None, []),
    iter(int, 1),
)
ITERATORS = frozenset(map(type, _EACH))
OPEN = {
    "collections",
    "contextlib",
    "dataclasses",
    "enum",
}  # modules whose objects can be looked into like the author's
# what every class has and no program changes
OF_CLASSES = {"__dict__", "__weakref__", "__static_attributes__", "__firstlineno__"}


_ASKED: type = type(vars(collections.abc.Sized)["_abc_impl"])  # what an abstract class has
_OF_CALLS: type = type(collections.abc.Callable[[], None])
_Pair = collections.namedtuple("_Pair", "one other")  # for the type of its fields


NOWHERE: Mapping[int, int] = types.MappingProxyType({})


class Hidden(Exception):
    """A value whose state cannot be seen."""


class Canonical:
    """Makes the keys of values that are looked at together (aliases are seen across them)."""

    def __init__(self, file: str, places: Mapping[int, int] = NOWHERE) -> None:
        self.file = file  # where the functions and classes come from that are the author's own
        self.places = places  # of what the module keeps: id -> which; it can be told from its like
        self.seen: dict[int, int] = {}  # id -> when it was first met
        self.kept: list[object] = []  # so that no id is used twice

    def key(self, x: object) -> Hashable:
        """The key of a value; raises Hidden."""
        kind = type(x)
        if kind in PLAIN:
            return x
        if kind is bool or kind is float or kind is complex:
            return kind.__name__, repr(x), *signs(x)
        if kind is Cell:
            return "cell", x.number  # type: ignore[attr-defined]
        before = self.seen.get(id(x))
        if before is not None:
            return "again", before
        self.seen[id(x)] = len(self.seen)
        self.kept.append(x)
        special = SPECIAL.get(kind)
        key = self.whole(x, kind) if special is None else special(self, x)
        place = self.places.get(id(x))
        return key if place is None else ("of the module", place, key)

    def keys(self, many: Any) -> tuple[Hashable, ...]:
        """The keys of several values, in order."""
        return tuple([one if type(one) in PLAIN else self.key(one) for one in many])

    def whole(self, x: Any, kind: type) -> Hashable:
        """The key of something that consists of other things, and is of no kind in SPECIAL."""
        if isinstance(x, Record) and "_name" in vars(x):
            intact(x)
            return "record", vars(x)["_name"]
        if kind in ITERATORS:
            return kind.__name__, *self.keys(x.__reduce__()), *self.keys(gc.get_referents(x))
        if kind in WRAPPERS:
            return kind.__name__, *self.keys(gc.get_referents(x))
        if kind.__module__ == "typing" and of_library(kind):
            return "annotation", repr(x), () if of_library(x) else self.instance(x, kind)
        if isinstance(x, type):
            return self.class_(x)
        if self.own(kind) or kind.__module__ in OPEN or isinstance(x, BaseException):
            return self.instance(x, kind)
        raise Hidden(f"a {kind.__name__}")

    def own(self, kind: type) -> bool:
        """Is it a class of the author's?"""
        return kind.__module__ == self.file

    def class_(self, x: type) -> Hashable:
        """A class: a library's by its name, others by what is in it."""
        if not self.own(x) and of_library(x):
            return "class", x.__module__, x.__qualname__
        inside = {k: v for k, v in vars(x).items() if k not in OF_CLASSES}
        held = len(type.__subclasses__(x)), self.keys(x.__bases__), *inside
        return "class", x.__name__, x.__qualname__, *held, *self.keys(inside.values())

    def instance(self, x: Any, kind: type) -> Hashable:
        """An object of the author's class: its attributes, its slots, and what it extends."""
        content: list[Hashable] = []
        bases: tuple[Any, ...] = (tuple, list, set, frozenset)
        for base in bases:
            if isinstance(x, base):
                content += [base.__name__, *self.keys(base.__iter__(x))]
        if isinstance(x, dict):
            content += [*self.keys(dict.__iter__(x)), *self.keys(dict.values(x))]
        for plain in (int, str, float):
            if isinstance(x, plain):
                content.append(plain.__repr__(x))
        if isinstance(x, BaseException):
            content += self.keys((x.args, x.__context__, x.__cause__, x.__traceback__))
            content.append(getattr(x, "characters_written", None))  # which an OSError has
        for one in kind.__mro__:
            for name, slot in vars(one).items():
                if type(slot) is types.MemberDescriptorType and hasattr(x, name):
                    content += [name, self.key(slot.__get__(x))]
        try:
            content.append(self.key(object.__getattribute__(x, "__dict__")))
        except AttributeError:
            content.append("no attributes")
        return "object", self.key(kind), *content

    def function(self, x: types.FunctionType) -> Hashable:
        """A function: a library's by its name, others by their code and all they carry."""
        if x.__code__.co_filename != self.file and of_library(x):
            return "function", x.__module__, x.__qualname__, *self.keys(x.__closure__ or ())
        carried = (x.__defaults__, x.__kwdefaults__, x.__dict__, x.__closure__, x.__name__)
        own = x.__code__.co_filename == self.file
        written = own or x.__module__ == self.file  # a library's are worked out when looked at
        more = x.__qualname__, x.__doc__, x.__module__, annotated(x) if written else None
        code = code_key(x.__code__) if own else made_key(x.__code__)
        return "function", code, *self.keys((*carried, *more))

    def builtin(self, x: types.BuiltinFunctionType) -> Hashable:
        """A function written in C, with the object that it is bound to."""
        bound = x.__self__
        return "builtin", x.__qualname__, x.__module__, self.key(bound)

    def closure(self, x: types.CellType) -> Hashable:
        """What a closure holds of a variable."""
        try:
            return "closure", self.key(x.cell_contents)
        except ValueError:
            return ("closure",)


def signs(x: Any) -> tuple[float, ...]:
    """The signs of what is no number, which its text does not tell."""
    parts = (x.real, x.imag) if x != x else ()
    return tuple(math.copysign(1, part) for part in parts)


def _named(_: Canonical, x: Any) -> Hashable:
    return type(x).__name__, x.__name__


def _worked_out_once(canonical: Canonical, x: Any) -> Hashable:
    held = {name: one for name, one in vars(x).items() if name != "lock"}
    return "worked out once", canonical.key(held)


def _module(canonical: Canonical, x: Any) -> Hashable:
    # by its name first: looking through all of them takes long, for each replay
    known = any(one is x for one in (sys.modules.get(x.__name__), *sys.modules.values()))
    return "module", x.__name__, *(() if known else (canonical.key(vars(x)),))


def _generic(canonical: Canonical, x: Any) -> Hashable:
    return "annotation", *canonical.keys((x.__origin__, x.__args__))


def _traceback(canonical: Canonical, x: Any) -> Hashable:
    return "traceback", x.tb_lineno, x.tb_lasti, *canonical.keys((x.tb_frame, x.tb_next))


def _with_attributes(canonical: Canonical, x: Any) -> Hashable:
    return _pairs(canonical, x), canonical.key(vars(x))


def _items(canonical: Canonical, x: Any) -> Hashable:
    return type(x).__name__, *canonical.keys(x)  # a set in its own order, which a loop would feel


def _pairs(canonical: Canonical, x: Any) -> Hashable:
    return type(x).__name__, *canonical.keys(x), *canonical.keys(x.values())


def _bounds(canonical: Canonical, x: Any) -> Hashable:
    return type(x).__name__, *canonical.keys((x.start, x.stop, x.step))


def _by_parts(canonical: Canonical, x: Any) -> Hashable:
    return type(x).__name__, *canonical.keys(x.__reduce__()[1])


def _memory(_: Canonical, x: Any) -> Hashable:
    intact(x)
    return "memory"


def _in_a_range(_: Canonical, x: Any) -> Hashable:
    _, (whole,), at = x.__reduce__()  # it refers to nothing else, and shares it with nobody
    return "in a range", whole.start, whole.stop, whole.step, at


SPECIAL: dict[type, Callable[[Canonical, Any], Hashable]] = {
    type(iter(range(0))): _in_a_range,
    object: lambda *_: "a bare object",  # told from others by identity alone
    types.GenericAlias: _generic,
    _OF_CALLS: _generic,
    types.UnionType: lambda self, x: ("annotation", "|", self.key(x.__args__)),
    tuple: _items,
    list: _items,
    set: _items,
    frozenset: _items,
    dict: _pairs,
    bytearray: lambda _, x: ("bytearray", bytes(x)),
    collections.deque: lambda self, x: ("deque", x.maxlen, *self.keys(x)),
    functools.cached_property: _worked_out_once,
    _ASKED: lambda *_: "classes",  # asked about; registering one is noted (`surroundings`)
    collections.OrderedDict: _with_attributes,
    collections.Counter: _with_attributes,
    collections.defaultdict: lambda self, x: (self.key(x.default_factory), _pairs(self, x)),
    operator.itemgetter: _by_parts,
    operator.attrgetter: _by_parts,
    range: _bounds,
    slice: _bounds,
    Shared: _memory,
    Array: lambda _, x: ("array", x.name),
    Operation: lambda _, x: ("operation", *x.step(), x.awaited),
    types.FunctionType: Canonical.function,
    types.BuiltinFunctionType: Canonical.builtin,
    types.CellType: Canonical.closure,
    types.CodeType: lambda _, x: code_key(x),
    types.ModuleType: _module,
    types.TracebackType: _traceback,
    type(vars(_Pair)["one"]): lambda self, x: ("field", *self.keys(x.__reduce__()[1])),
    types.MemberDescriptorType: _named,
    types.GetSetDescriptorType: _named,
    types.WrapperDescriptorType: _named,
    types.MethodDescriptorType: _named,
}
