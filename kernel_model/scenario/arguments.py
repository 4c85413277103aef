"""Reading the arguments of a call, each by its kind, into what a target is given."""

from collections.abc import Callable
from functools import cache
from typing import Any

from kernel_model.scenario.calls import ATTRIBUTES, SETTABLE, Kind, form
from kernel_model.scenario.errors import Problem, each, known_keys, part, show
from kernel_model.scenario.names import Names
from kernel_model.scenario.values import NUMBER_FORMS, flags, name, number, text

PAIR = 2  # numbers: on or off, and seconds


def arguments(args: list[Any], call: str, names: Names) -> list[Any]:
    """The arguments of `call`, resolved; raises Problem."""
    takes = form(call)
    if not takes.least <= len(args) <= len(takes.names):
        raise Problem(f"{call}{takes} has {_count(takes.least, len(takes.names))}, not {len(args)}")
    result = []
    for index, (value, read) in enumerate(zip(args, readers(call), strict=False)):
        try:
            result.append(read(value, names))
        except Problem as problem:
            raise Problem(
                f"{problem.message} ({takes.names[index]} of {call} is {takes.kinds[index].value})",
                problem.under(index).key,
            ) from None
    return result


@cache
def readers(call: str) -> tuple[Callable[[Any, Names], Any], ...]:
    """What reads each argument of the call."""
    return tuple(_READERS[kind] for kind in form(call).kinds)


def _count(least: int, most: int) -> str:
    if least == most:
        return f"{most or 'no'} argument{'s' if most != 1 else ''}"
    return f"{least} to {most} arguments"


def _maybe(value: Any, names: Names) -> int | None:
    return None if value is None else number(value, names)


def _text_or_null(value: Any, names: Names) -> str | None:
    return None if value is None else text(value, names)


def _word(value: Any, names: Names) -> str:
    return name(value)


def _null(value: Any, names: Names) -> None:
    if value is not None:
        raise Problem(f"{show(value)} is not null, the only value that may stand here")


def _image(value: Any, names: Names) -> dict[str, Any]:
    if isinstance(value, dict) and value.keys() == {"run"} and isinstance(value["run"], str):
        return value
    if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= {"exit", "sleep"}:
        raise Problem(f"{show(value)} is not {Kind.IMAGE.value}")
    return {key: part(value, key, number, names) for key in value}


def _option(value: Any, names: Names) -> int | None:
    return None if value is None else flags(value, names)


def _signals(value: Any, names: Names) -> list[int] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise Problem(f"{show(value)} is not {Kind.SIGNALS.value}")
    return each(value, number, names)


def _ops(value: Any, names: Names) -> list[list[int]] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise Problem(f"{show(value)} is not {Kind.OPS.value}")

    def one(given: Any) -> list[int]:
        if not isinstance(given, list) or len(given) != 3:
            raise Problem(f"{show(given)} is not [number, operation, flags]")
        return [*each(given[:2], number, names), flags(given[2], names)]

    return each(value, one)


def _argument(value: Any, names: Names) -> Any:
    """The last argument of a control call."""
    if value is None:
        return None
    if isinstance(value, list):
        return each(value, number, names)
    if isinstance(value, dict) and not any(form in value for form in NUMBER_FORMS):
        known_keys(value, SETTABLE, "the fields that IPC_SET takes")
        return {key: part(value, key, flags, names) for key in value}
    return number(value, names)


def _setting(value: Any, names: Names) -> int | list[int]:
    """An option's value: that of SO_LINGER is a pair."""
    if not isinstance(value, list):
        return number(value, names)
    if len(value) != PAIR:
        raise Problem(f"{show(value)} is not {Kind.SETTING.value}")
    return each(value, number, names)


def _attr(value: Any, names: Names) -> dict[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Problem(f"{show(value)} is not {Kind.ATTR.value}")
    known_keys(value, ATTRIBUTES, "the attributes of a queue")
    return {key: part(value, key, number, names) for key in value}


_READERS: dict[Kind, Callable[[Any, Names], Any]] = {
    Kind.NUMBER: number, Kind.MAYBE: _maybe, Kind.FLAGS: flags, Kind.TEXT: _text_or_null,
    Kind.WORD: _word, Kind.PROCESS: _word, Kind.IMAGE: _image, Kind.SIGNALS: _signals,
    Kind.OPS: _ops, Kind.ARGUMENT: _argument, Kind.NULL: _null, Kind.OPTION: _option,
    Kind.ATTR: _attr, Kind.SETTING: _setting,
}  # fmt: skip
