"""The kernel's tables against the part of them that an expectation names."""

from typing import Any

from kernel_model.scenario.calls import Kind
from kernel_model.scenario.errors import Problem, show
from kernel_model.scenario.patterns import fits, pattern, words
from kernel_model.scenario.values import Names


def view_difference(wanted: Any, came: Any, names: Names, path: str = "view") -> str | None:
    """How the tables differ from what is wanted, in one sentence; None: they fit.

    A dict fits when each key it names does, a list when each member does and none is missing, and
    anything else as a value of the kind that came: text is text, a number may be written any way.
    """
    if isinstance(wanted, dict) and isinstance(came, dict):
        for key, inner in wanted.items():
            if key not in came:
                return f"expected {path} to have {show(key)}, but it has {_keys(came)}"
            found = view_difference(inner, came[key], names, f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(wanted, list) and isinstance(came, list):
        if len(wanted) != len(came):
            return f"expected {path} to have {len(wanted)} members, got {len(came)}: {show(came)}"
        for index, (inner, member) in enumerate(zip(wanted, came, strict=True)):
            found = view_difference(inner, member, names, f"{path}[{index}]")
            if found:
                return found
        return None
    return _leaf(wanted, came, names, path)


def _leaf(wanted: Any, came: Any, names: Names, path: str) -> str | None:
    if wanted is None or isinstance(wanted, bool):
        good, said = wanted is came, show(wanted)
    else:
        kind = Kind.NUMBER if type(came) is int else Kind.DATA
        try:
            meant = pattern(wanted, kind, names)
        except Problem:  # a value of another kind than what came
            good, said = False, show(wanted)
        else:
            good, said = fits(meant, came), words(meant)
    return None if good else f"expected {path} to be {said}, got {show(came)}"


def _keys(came: dict[str, Any]) -> str:
    return f"only {', '.join(map(show, came))}" if came else "nothing"
