"""Functions that keep nothing from one call to the next: no cell need run again for them.

Cells run afresh for every kernel, so that what a function kept (a global, a list in a default, an
attribute of its own) is gone. That takes a fifth of a case's time where a notebook has many cells.
It is of no use to a function when all that it reaches is code, what cannot change, tables of these
that nobody changed, and the library's and the kernel's own, which are never made afresh. Code is
functions and classes, with what they close over. Who has anything else gets fresh cells.
"""

from __future__ import annotations

import dataclasses
import dis
import sys
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from operator import attrgetter, is_, itemgetter
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any

import kernel_model

MISSING = object()
FIXED = (int, float, complex, str, bytes, bool, type(None), attrgetter, itemgetter)
DESCRIPTORS = (GetSetDescriptorType, MemberDescriptorType)  # of what each object has
STORES = {dis.opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL")}
STORES_IN_CELLS = {dis.opmap[name] for name in ("STORE_DEREF", "DELETE_DEREF")}
# Ways to a global without its name, or to what hangs on a function or a class: builtin functions,
# and what may be an attribute, also one whose name is a text
BUILTIN = {
    "eval", "exec", "globals", "locals", "vars", "compile", "breakpoint", "input", "open",
    "__import__",
}  # fmt: skip
AROUND = {
    "submission", "modules", "importlib", "inspect", "gc", "sys",
    "builtins", "__builtins__", "__dict__", "__globals__", "__defaults__",
    "__kwdefaults__", "__code__", "__closure__", "__self__", "__wrapped__", "f_globals",
    "f_locals", "f_back", "gi_frame", "cr_frame", "tb_frame",
    "cell_contents", "__annotations__", "__dataclass_fields__", "__subclasses__",
}  # fmt: skip
# What a class says of itself, in dicts; and what methods written by a dataclass close over
SAYS = {"__annotations__", "__dataclass_fields__", "__dataclass_params__"}
OF_DATACLASSES = [dataclasses.MISSING, vars(dataclasses)["_HAS_DEFAULT_FACTORY"]]
WRITING = "repr_running"  # empty between any two calls
TABLES = (list, set, dict)  # can be changed, and it can be seen
SEQUENCES = (list, set, tuple, frozenset)
LONGEST = 1000  # entries of a table, and
MOST = 5000  # of all that is reached: to compare it has to take less time than to run cells


class Reached:
    """The functions, classes and tables of a submission that some functions reach."""

    def __init__(self) -> None:
        self.seen: set[int] = set()  # their identities
        self.held: list[tuple[Any, Any]] = []  # what may change: as it is, and as it was

    def add(self, one: Any) -> None:
        """One more."""
        self.seen.add(id(one))
        if isinstance(one, FunctionType | type):
            self.held.append((vars(one), dict(vars(one))))
        elif type(one) in TABLES:
            self.held.append((one, one.copy()))

    def untouched(self) -> bool:
        """Has nobody changed a table since, or hung anything on a function or a class?"""
        return all(unchanged(now, was) for now, was in self.held)


def unchanged(now: Any, was: Any) -> bool:
    """Has a table the same objects in the same order? What `==` does is up to them."""
    if type(now) is set:
        return {*map(id, now)} == {*map(id, was)}
    same = len(now) == len(was) and all(map(is_, now, was))
    return same and (type(now) is list or all(map(is_, now.values(), was.values())))


def stateless(functions: list[Any]) -> Reached | None:
    """What the functions reach of the submission's; None if something of it might be kept in.

    They keep nothing as long as it is untouched.
    """
    found, room = Reached(), MOST
    waiting = list(functions)
    while waiting:
        one = waiting.pop()
        if lasting(one) or id(one) in found.seen:
            continue
        parts = parts_of(one)
        room -= 0 if parts is None else len(parts)
        if parts is None or room < 0:
            return None
        waiting += parts
        found.add(one)
    return found


def parts_of(one: Any) -> list[Any] | None:
    """What code or a table is made of; None for anything else, and for who stores in a global."""
    if type(one) in SEQUENCES:
        return [*one] if len(one) <= LONGEST else None
    if type(one) is dict:
        return [*one, *one.values()] if len(one) <= LONGEST else None
    if type(one) is FunctionType:
        parts = parts_of_function(one)
        return None if parts is None or stores(one) else parts
    if type(one) is type and one.__module__ == "submission":
        held = [part for name, part in vars(one).items() if name not in SAYS]
        return [part for part in held if type(part) not in DESCRIPTORS] + [*one.__bases__]
    if type(one) is property:
        return [one.fget, one.fset, one.fdel]
    if type(one) in (staticmethod, classmethod):
        return [one.__func__]
    if type(one) is cached_property:
        return [one.func]
    return None


def parts_of_function(one: FunctionType) -> list[Any] | None:
    """What it names, closes over, has as defaults, and wraps."""
    closed = zip(one.__code__.co_freevars, one.__closure__ or (), strict=True)
    try:
        parts = [cell.cell_contents for name, cell in closed if name != WRITING]
    except ValueError:  # one is not filled yet
        return None
    parts += [*(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).values(), *vars(one).values()]
    named = names_of(one.__code__)
    if one.__globals__.get("__name__") != "submission":  # it was made by a decorator
        home = sys.modules.get(str(one.__globals__.get("__name__")))
        return parts if home is not None and vars(home) is one.__globals__ else None
    if not named.isdisjoint(AROUND) or (named & BUILTIN and named & BUILTIN & called(one)):
        return None
    things = {name: one.__globals__.get(name) for name in named}
    kernels = vars(kernel_model)
    return parts + [
        thing for name, thing in things.items() if kernels.get(name, MISSING) is not thing
    ]


def stores(function: FunctionType) -> bool:
    """Does it, or a function within it, store in a global or in a cell from outside of it?"""
    outer = function.__code__.co_freevars
    for code in codes_of(function.__code__):
        operations = {*code.co_code[::2]}
        if operations & STORES:
            return True
        if outer and operations & STORES_IN_CELLS:
            made = dis.get_instructions(code)
            if any(one.opcode in STORES_IN_CELLS and one.argval in outer for one in made):
                return True
    return False


def lasting(thing: Any) -> bool:
    """Is it the same for every kernel, whether cells run again or not?"""
    kind = type(thing)
    if kind in FIXED or any(thing is one for one in OF_DATACLASSES):
        return True
    if kind is ModuleType:
        return sys.modules.get(str(vars(thing).get("__name__"))) is thing
    if kind is BuiltinFunctionType:  # a function of a module, or a method of any object
        return lasting(thing.__self__)
    if isinstance(thing, Enum):
        return lasting(kind)
    home = sys.modules.get(str(getattr(thing, "__module__", None)))
    if home is None or home.__name__ == "submission":
        return False
    return vars(home).get(str(getattr(thing, "__name__", None))) is thing


def called(function: FunctionType) -> set[str]:
    """The names that it looks up as names, and not as somebody's attributes."""
    codes = codes_of(function.__code__)
    steps = (step for code in codes for step in dis.get_instructions(code))
    return {step.argval for step in steps if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}


def names_of(code: CodeType) -> set[str]:
    """Every name that a function uses and that is not a variable of its own, and all its texts."""
    codes = [*codes_of(code)]
    texts = {text for one in codes for text in one.co_consts if type(text) is str}
    return texts.union(*[one.co_names for one in codes])


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions within it."""
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from codes_of(part)
