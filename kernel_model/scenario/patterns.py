"""What a value may have to be: "any", "pos", {"not": V}, {"min": a}, {"has": x}, or just equal.

An expected value is first made a pattern (all names in it resolved), then compared with what came.
The comparison is strict about types: true is not 1, and 1.0 is not 1 either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernel_model.scenario.calls import FIELDS, Kind
from kernel_model.scenario.errors import Problem, known_keys, show
from kernel_model.scenario.values import Names, each, name, number, part, signal_name, text

Pattern = Any  # one of the classes below; a dict or a list of patterns; or the value itself


@dataclass(frozen=True, slots=True)
class Anything:
    """Fits whatever came, and even nothing: the value is not judged."""


@dataclass(frozen=True, slots=True)
class Not:
    """Fits what the pattern does not fit; where a number stands, only another number."""

    pattern: Pattern
    number: bool


@dataclass(frozen=True, slots=True)
class Between:
    """Fits the integers from `least` to `most`, None being no bound."""

    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Holds:
    """Fits a list with such a member, a string with such a part; or, not `there`, one without."""

    part: Pattern
    there: bool


@dataclass(frozen=True, slots=True)
class Members:
    """Fits a list of just these, in any order: signals, flags."""

    members: tuple[Pattern, ...]


ANYTHING = Anything()
RANGES = {
    "nonneg": Between(0, None),
    "pos": Between(1, None),
    "nonzero": Between(1, None),
    "zero": 0,
}
MEMBER = {
    Kind.DATA: Kind.DATA,
    Kind.TEXT: Kind.TEXT,
    Kind.WORD: Kind.WORD,
    Kind.SIGNALS: Kind.WORD,
    Kind.WORDS: Kind.WORD,
}
ENDINGS = ("exited", "signaled", "stopped", "continued", "core")


def pattern(value: Any, kind: Kind, names: Names) -> Pattern:
    """The pattern that an expected value of this kind stands for; raises Problem."""
    if value == "any":
        return ANYTHING
    if isinstance(value, dict):
        if "not" in value:
            known_keys(value, ("not",), '{"not": V}')
            inner = part(value, "not", pattern, kind, names)
            return Not(inner, kind is Kind.NUMBER)
        if "min" in value or "max" in value:
            if kind is not Kind.NUMBER:
                raise Problem(f"only a number lies between two; here stands {kind.value}")
            known_keys(value, ("min", "max"), '{"min": a, "max": b}')
            least, most = (part(value, key, number, names) for key in ("min", "max"))
            return Between(least, most)
        for key in ("has", "lacks"):
            if key in value:
                return _holds(value, key, kind, names)
    return _LITERALS[kind](value, names)


def fits(pattern: Pattern, came: Any) -> bool:
    """Whether what came is as the pattern says."""
    match pattern:
        case Anything():
            return True
        case Not(inner, of_number):
            return not fits(inner, came) and (type(came) is int or not of_number)
        case Between(least, most):
            return (
                type(came) is int
                and (least is None or came >= least)
                and (most is None or came <= most)
            )
        case Holds(wanted, there):
            if isinstance(came, str):
                return isinstance(wanted, str) and (wanted in came) is there
            return isinstance(came, list) and any(fits(wanted, one) for one in came) is there
        case Members(members):
            return (
                isinstance(came, list)
                and len(came) == len(members)
                and all(any(fits(one, other) for other in came) for one in members)
                and all(any(fits(one, other) for one in members) for other in came)
            )
        case dict():
            return isinstance(came, dict) and all(
                fits(wanted, came[key]) if key in came else wanted is ANYTHING
                for key, wanted in pattern.items()
            )
        case list():
            return (
                isinstance(came, list)
                and len(came) == len(pattern)
                and all(map(fits, pattern, came))
            )
        case _:
            return type(pattern) is type(came) and bool(pattern == came)


def words(pattern: Pattern) -> str:
    """The pattern as a sentence names it."""
    match pattern:
        case Anything():
            return "anything"
        case Not(inner):
            return f"anything but {words(inner)}"
        case Between(least, None):
            return f"{least} or more"
        case Between(None, most):
            return f"{most} or less"
        case Between(least, most):
            return f"{least} to {most}"
        case Holds(wanted, there):
            return f"something {'with' if there else 'without'} {words(wanted)}"
        case Members(members):
            return f"[{', '.join(map(words, members))}] in any order" if members else "[]"
        case dict():
            return ", ".join(f"{key} {words(wanted)}" for key, wanted in pattern.items())
        case list():
            return f"[{', '.join(map(words, pattern))}]"
        case _:
            return show(pattern)


def _holds(value: dict[str, Any], key: str, kind: Kind, names: Names) -> Holds:
    known_keys(value, (key,), f'{{"{key}": x}}')
    if kind not in MEMBER:
        raise Problem(f'"{key}" is for lists and strings; here stands {kind.value}')
    if kind is Kind.SIGNALS:
        return Holds(part(value, key, signal_name, names), key == "has")
    return Holds(part(value, key, pattern, MEMBER[kind], names), key == "has")


def _number(value: Any, names: Names) -> Pattern:
    if isinstance(value, str) and value in RANGES:
        return RANGES[value]
    return number(value, names)


def _data(value: Any, names: Names) -> Pattern:
    if isinstance(value, list):
        return each(value, pattern, Kind.NUMBER, names)
    if type(value) is int:
        return value  # a member of a list
    return text(value, names)


def _word(value: Any, names: Names) -> str:
    return name(value)


def _words(value: Any, names: Names) -> Members:
    if not isinstance(value, list):
        raise Problem(f"{show(value)} is not {Kind.WORDS.value}")
    return Members(tuple(each(value, name)))


def _signals(value: Any, names: Names) -> Members:
    if not isinstance(value, list):
        raise Problem(f"{show(value)} is not a list of signals")
    return Members(tuple(each(value, signal_name, names)))


def _status(value: Any, names: Names) -> Pattern:
    if not isinstance(value, dict) or not value:
        raise Problem(f"{show(value)} is not {Kind.STATUS.value}")
    known_keys(value, ENDINGS, "a status")

    return {key: part(value, key, _ending, key, names) for key in value}


def _ending(value: Any, key: str, names: Names) -> Pattern:
    if key in ("signaled", "stopped"):
        return ANYTHING if value == "any" else signal_name(value, names)
    return pattern(value, Kind.NUMBER, names) if key == "exited" else value


def _fields(value: Any, names: Names) -> Pattern:
    if not isinstance(value, dict):
        raise Problem(f"{show(value)} is not {Kind.FIELDS.value}")
    return {key: part(value, key, pattern, FIELDS.get(key, Kind.NUMBER), names) for key in value}


_LITERALS: dict[Kind, Callable[[Any, Names], Pattern]] = {
    Kind.NUMBER: _number, Kind.DATA: _data, Kind.TEXT: text, Kind.WORD: _word,
    Kind.WORDS: _words, Kind.SIGNALS: _signals, Kind.STATUS: _status, Kind.FIELDS: _fields,
}  # fmt: skip
