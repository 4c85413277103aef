"""Expected values: "any", "pos", {"not": V}, {"min": a}, {"has": x}, or the value itself.

Where text or a word stands, "any" is the only word with a meaning ("zero" is four characters); the
text of these three letters is written {"cat": ["any"]}.
"""

from collections.abc import Callable
from typing import Any

from kernel_model.scenario.calls import FIELDS, Kind
from kernel_model.scenario.errors import Problem, each, known_keys, part, show
from kernel_model.scenario.names import Names
from kernel_model.scenario.patterns import ANYTHING, Between, Holds, Members, Not, Pattern
from kernel_model.scenario.values import NUMBER_FORMS, name, number, signal_name, text

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
    if kind is Kind.SETTING and not isinstance(value, list):
        kind = Kind.NUMBER
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
    if type(value) is int or (isinstance(value, dict) and value.keys() & set(NUMBER_FORMS)):
        return number(value, names)  # a member of a list
    return text(value, names)


def _setting(value: Any, names: Names) -> Pattern:
    return each(value, pattern, Kind.NUMBER, names)


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
    Kind.SETTING: _setting,
}  # fmt: skip
