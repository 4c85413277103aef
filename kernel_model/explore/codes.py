"""Code as keys, by itself or by what is in it; and whether something is a library's own."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Hashable
from typing import Any

HEAP = 1 << 9  # flag of a class that can be written to

_codes: dict[int, types.CodeType] = {}  # kept, so that no other code gets its id
_made: dict[int, tuple[types.CodeType, Hashable]] = {}  # what is in code, worked out once


def code_key(code: types.CodeType) -> Hashable:
    """The key of code: itself, by identity. Its hash changes while Python 3.12 traces it."""
    _codes[id(code)] = code
    return "code", id(code)


def made_key(code: types.CodeType) -> Hashable:
    """The key of code that is made again each time: what is in it."""
    known = _made.get(id(code))
    if known is None:
        known = _made[id(code)] = code, contents(code)
    return known[1]


def contents(code: types.CodeType) -> Hashable:
    """All of code that a run of it can feel."""
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
    consts = (
        made_key(one) if isinstance(one, types.CodeType) else (type(one).__name__, repr(one))
        for one in code.co_consts
    )
    return "made", code.co_name, code.co_code, *names, *counts, *consts


def of_library(x: Any) -> bool:
    """Is it what a module that is loaded has under that name, or a class that no one can change?"""
    if isinstance(x, type) and not x.__flags__ & HEAP:
        return True
    at: Any = sys.modules.get(x.__module__) if isinstance(x.__module__, str) else None
    name = getattr(x, "__qualname__", None) or getattr(x, "__name__", None) or ""
    for part in name.split(".") if isinstance(name, str) else ():
        at = getattr(at, part, None)
    return at is x


def annotated(x: types.FunctionType | type) -> object:
    """The annotations of a function or class; None: one has a name that is not there."""
    with contextlib.suppress(Exception):
        return x.__annotations__
    return None
