"""What can be hung on things that outlive a call: attributes of functions, classes and modules.

Code that writes `f.__doc__`, `math.mine` or `Shared.mine` remembers something outside of cells. It
is found by identity: what hangs there after a step must be the very same as before.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

ANYTHING = {"globals", "vars", "eval", "exec", "locals", "__builtins__", "__dict__", "__globals__"}


def hanging(names: Mapping[str, Any], file: str) -> list[object]:
    """The functions, classes and modules among a module's names that its code could write to."""
    own = [x for x in names.values() if is_function(x) and x.__code__.co_filename == file]
    own_classes = [x for x in names.values() if isinstance(x, type) and x.__module__ == file]
    methods = [x for one in own_classes for x in vars(one).values() if is_function(x)]
    used = set(mentioned(x.__code__ for x in [*own, *methods]))
    every = bool(used & ANYTHING)
    there = [x for name, x in names.items() if (every or name in used) and can_hold(x)]
    return [*own, *there, *([names["__builtins__"]] if every else [])]


def is_function(x: object) -> bool:
    """Is it a function written in Python?"""
    return type(x) is types.FunctionType


def can_hold(x: object) -> bool:
    """Can anything be hung on it?"""
    return is_function(x) or isinstance(x, type | types.ModuleType)


def mentioned(codes: Iterable[types.CodeType]) -> Iterator[str]:
    """The names that code looks up, and what it has as text."""
    for code in codes:
        yield from code.co_names
        yield from (one for one in code.co_consts if isinstance(one, str))
        yield from mentioned(one for one in code.co_consts if isinstance(one, types.CodeType))


def hung(things: Iterable[Any]) -> list[object]:
    """All that hangs on them."""
    found: list[object] = []
    for x in things:
        if type(x) is not types.FunctionType:
            found += (x if isinstance(x, dict) else vars(x)).values()
            continue
        found += (x.__code__, x.__defaults__, x.__kwdefaults__, x.__doc__, x.__name__)
        found += (x.__qualname__, x.__module__, *x.__dict__.values())
        try:
            found += x.__annotations__.values()
        except Exception as error:  # a name that is not there, where they are worked out late
            found.append(type(error))
    return found
