"""Functions that keep nothing from one call to the next: no cell need run again for them.

Cells run afresh for every kernel, so that what a function kept (a global, a list in a default, an
attribute of its own) is gone. That takes a fifth of a case's time where a notebook has many cells.
It is of no use to a function when all that it reaches is code, what cannot change, and the
library's and the kernel's own, which are never made afresh. Who has anything else gets fresh cells.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import kernel_model

MISSING = object()
FIXED = (int, float, complex, str, bytes, bool, type(None))
STORES = {dis.opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL")}
# Ways to a global without its name, or to what hangs on a function
AROUND = {
    "eval", "exec", "globals", "locals", "vars", "compile", "getattr", "setattr", "delattr",
    "breakpoint", "input", "open", "submission", "modules", "importlib", "inspect", "gc", "sys",
    "builtins", "__import__", "__builtins__", "__dict__", "__globals__", "__defaults__",
    "__kwdefaults__", "__code__", "__closure__", "__self__", "__wrapped__", "f_globals",
    "f_locals", "f_back", "gi_frame", "cr_frame", "tb_frame", "attrgetter", "methodcaller",
}  # fmt: skip


def stateless(functions: list[Any]) -> list[FunctionType] | None:
    """The functions with all of the submission's that they reach; None if one might keep something.

    They keep nothing as long as none of them has an attribute (`untouched`).
    """
    found: list[FunctionType] = []
    waiting = list(functions)
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        if not isinstance(one, FunctionType) or not plain(one):
            return None
        found.append(one)
        for name in names_of(one.__code__):
            if name in AROUND:
                return None
            thing = one.__globals__.get(name)
            if type(thing) is FunctionType and thing.__globals__ is one.__globals__:
                waiting.append(thing)
            elif vars(kernel_model).get(name, MISSING) is not thing and not lasting(thing):
                return None
    return found


def untouched(functions: list[FunctionType]) -> bool:
    """Has nobody hung anything on one of them since?"""
    return not any(one.__dict__ for one in functions)


def plain(function: FunctionType) -> bool:
    """Is it code of the submission and nothing else, but for defaults that cannot change?"""
    module = function.__globals__.get("__name__")
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return (
        module == "submission"
        and function.__closure__ is None
        and not function.__dict__
        and all(lasting(value) for value in defaults)
        and not any(STORES.intersection(code.co_code[::2]) for code in codes_of(function.__code__))
    )


def lasting(thing: Any) -> bool:
    """Is it the same for every kernel, whether cells run again or not?"""
    kind = type(thing)
    if kind in FIXED:
        return True
    if kind is ModuleType:
        return sys.modules.get(str(vars(thing).get("__name__"))) is thing
    if kind is BuiltinFunctionType:  # a function of a module, or a method of any object
        return lasting(thing.__self__)
    if kind in (tuple, frozenset):
        return all(lasting(part) for part in thing)
    home = sys.modules.get(str(getattr(thing, "__module__", None)))
    if home is None or home.__name__ == "submission":
        return False
    return vars(home).get(str(getattr(thing, "__name__", None))) is thing


def names_of(code: CodeType) -> set[str]:
    """Every name that a function uses and that is not a variable of its own."""
    return {name for one in codes_of(code) for name in one.co_names}


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions within it."""
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from codes_of(part)
