"""Functions that keep what they have worked out (`functools.cache`), run without doing so.

Asked the same, such a function gives the same, as long as questions and answers are values: then
a cache is no place to remember something, and whether there is one cannot be told.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

from kernel_model.explore.cells import LockError

CACHE: type = functools._lru_cache_wrapper
INSTEAD = {  # of what cannot be looked into
    "_lru_cache_wrapper": "leave out lru_cache, or put it on a function of the file by itself",
    "WeakKeyDictionary": "in place of singledispatch, ask by isinstance",
}


def without_caches(names: dict[str, Any]) -> None:
    """Puts the functions of a module in the place of their caches."""
    for name, one in names.items():
        function = vars(one).get("__wrapped__") if type(one) is CACHE else None
        if type(function) is types.FunctionType and function.__globals__ is names:
            names[name] = asked_anew(function)


def asked_anew(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which may be asked by values only, and give none but values."""

    def anew(*args: Any, **named: Any) -> Any:
        asked = (*args, *named.values())
        if not all(map(by_value, asked)):
            raise LockError(refused(function, "is asked by", asked))
        made = function(*args, **named)
        if not (by_value(made) or isinstance(made, bool | float)):
            raise LockError(refused(function, "keeps", (made,)))
        return made

    return anew


def by_value(x: object) -> bool:
    """Is it only equal to its like? True is equal to 1, which a cache would take for the same."""
    if type(x) is tuple:
        return all(map(by_value, x))
    return x is None or type(x) in (int, str)


def refused(function: Callable[..., Any], what: str, values: tuple[object, ...]) -> str:
    """Why a cache may be told from none."""
    odd = next(type(one).__name__ for one in values if not by_value(one))
    words = f"{function.__name__}: its cache {what} a {odd}, and no number or text"
    return f"{words}: leave the cache out"


def instead(hidden: object) -> str:
    """What to do without something that cannot be looked into, if that is known."""
    found = next((words for name, words in INSTEAD.items() if name in str(hidden)), "")
    return f": {found}" if found else ""
