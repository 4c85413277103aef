"""The kernel's tables against the part of them that an expectation names."""

from typing import Any

from kernel_model.scenario.calls import Kind
from kernel_model.scenario.errors import Problem, show
from kernel_model.scenario.names import Names
from kernel_model.scenario.patterns import fits, words
from kernel_model.scenario.wanted import pattern


def view_difference(wanted: Any, came: Any, names: Names, path: str = "view") -> str | None:
    """How the tables differ from what is wanted, in one sentence; None: they fit.

    A dict fits when each key it names does, a list when each member does and none is missing, and
    anything else as a value of the kind that came: text is text, a number may be written any way.
    `{"has": V}` and `{"lacks": V}` look for such a member of a list.
    """
    match wanted, came:
        case dict(), dict():
            return _dict_difference(wanted, came, names, path)
        case list(), list():
            return _list_difference(wanted, came, names, path)
        case {"has": part, **rest}, list() if not rest:
            found = [view_difference(part, member, names) for member in came]
            return None if None in found else f"expected {path} to have {show(part)}, {_but(came)}"
        case {"lacks": part, **rest}, list() if not rest:
            found = [view_difference(part, member, names) for member in came]
            return f"expected {path} to lack {show(part)}, {_but(came)}" if None in found else None
    return _leaf_difference(wanted, came, names, path)


def _dict_difference(
    wanted: dict[str, Any], came: dict[str, Any], names: Names, path: str
) -> str | None:
    for key, inner in wanted.items():
        if key not in came:
            return f"expected {path} to have {show(key)}, {_but(list(came))}"
        found = view_difference(inner, came[key], names, f"{path}.{key}")
        if found:
            return found
    return None


def _list_difference(wanted: list[Any], came: list[Any], names: Names, path: str) -> str | None:
    if len(wanted) != len(came):
        entries = "1 entry" if len(wanted) == 1 else f"{len(wanted)} entries"
        return f"expected {path} to have {entries}, but it has {len(came)}"
    for index, (inner, member) in enumerate(zip(wanted, came, strict=True)):
        found = view_difference(inner, member, names, f"{path}[{index}]")
        if found:
            return found
    return None


def _leaf_difference(wanted: Any, came: Any, names: Names, path: str) -> str | None:
    said, got = show(wanted), show(came)
    if wanted is None or isinstance(wanted, bool):
        good = wanted is came
    else:
        try:
            meant = pattern(wanted, Kind.NUMBER if type(came) is int else Kind.DATA, names)
        except Problem:  # a value of another kind than what came
            good = False
        else:
            good, said = fits(meant, came), words(meant)
            if type(meant) is type(came) is int:
                said, got = _numbers(wanted, meant, came, path)
    return None if good else f"expected {path} to be {said}, got {got}"


def _numbers(wanted: Any, meant: int, came: int, path: str) -> tuple[str, str]:
    """Both as people write them: modes in octal, keys and processes as the scenario has them."""
    if path.endswith(".mode"):
        return f"0o{meant:03o}", f"0o{came:03o}"
    match wanted:
        case {"key": int(number)}:
            other = number + came - meant  # its number, if it is another key of the scenario
            return f"key {number}", f"key {other}" if 0 < other < 1000 else show(came)
        case {"pid": str(proc), **rest} if not rest:
            return f"{meant} (process {proc})", show(came)
    return words(meant), show(came)


def _but(came: list[Any]) -> str:
    return f"but it has only {show(came)}" if came else "but it is empty"
