"""Expectations: what they mean, and which outcomes they accept."""

from dataclasses import dataclass, field, replace
from errno import errorcode
from functools import lru_cache
from typing import Any

from kernel_model.errno import Errno
from kernel_model.scenario.calls import OUTPUTS, Kind
from kernel_model.scenario.errors import Problem, each, known_keys, part, show, suggest
from kernel_model.scenario.names import Names
from kernel_model.scenario.patterns import Pattern, fits
from kernel_model.scenario.wanted import pattern
from kernel_model.targets import Outcome

FORMS = ("ret", "errno", "blocks", "ends", "execs", "any_of", "view")

ERRORS = (*Errno.__members__, *errorcode.values())

# What an outcome is, by the one of these keys that it has.
OUTCOMES = {"ret", "errno", "blocks", "ends", "execs", "raised", "unsupported"}

# Forms whose values of this type mean the same wherever they stand.
NAMELESS: dict[str, type] = {"ret": int, "errno": str, "blocks": bool}

# Other names of the same errors.
ALIASES = {"EWOULDBLOCK": "EAGAIN", "EDEADLOCK": "EDEADLK", "ENOTSUP": "EOPNOTSUPP"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation whose names are resolved.

    form     ret, errno, blocks, ends, execs, any_of, or view when only the tables are judged
    parts    of ret: the patterns of the outputs; of ends: the pattern of the status
    choices  of errno: the names; of any_of: the expectations
    view     the part of the tables that matters, as written
    """

    form: str
    parts: dict[str, Pattern] = field(default_factory=dict)
    choices: tuple[Any, ...] = ()
    view: dict[str, Any] | None = None


def expectation(given: Any, names: Names) -> Expectation:
    """The meaning of E in `{"expect": E}`; raises Problem."""
    if not isinstance(given, dict):
        raise Problem(f"{show(given)} is not an expectation, a dict with {' or '.join(FORMS)}")
    more = "view" in given
    if len(given) == 1 + more:
        form = next(iter(given))
        value = given[form]
        if type(value) is NAMELESS.get(form) and (form != "blocks" or value):
            plain = _nameless(form, value)
            return replace(plain, view=part(given, "view", _view)) if more else plain
    return _named(given, names)


@lru_cache(maxsize=1024)
def _nameless(form: str, value: Any) -> Expectation:
    """The meaning of most expectations, which is the same wherever they stand."""
    return _named({form: value}, Names(lambda kind, value: value, {}))


def _named(given: dict[str, Any], names: Names) -> Expectation:
    forms = [form for form in FORMS if form in given]
    form = forms[0] if forms else ""
    if len(forms) > 1 and forms[1:] != ["view"]:
        raise Problem(
            f'"{forms[0]}" and "{forms[1]}" are two expectations; to allow either, use "any_of"'
        )
    known_keys(
        given,
        (*OUTPUTS, "view") if form == "ret" else FORMS,
        f'an expectation of "{form}"' if form else "an expectation",
    )
    if not form:
        raise Problem(f"an expectation needs one of {', '.join(FORMS)}")
    view = part(given, "view", _view)
    match form:
        case "ret":
            outputs = [key for key in given if key != "view"]
            parts = {key: part(given, key, pattern, OUTPUTS[key], names) for key in outputs}
            return Expectation("ret", parts, view=view)
        case "errno":
            return Expectation("errno", choices=part(given, "errno", _errnos), view=view)
        case "blocks" | "execs":
            if given[form] is not True:
                raise Problem(f"{show(given[form])} is not true, the only value here", form)
            return Expectation(form, view=view)
        case "ends":
            status = part(given, "ends", pattern, Kind.STATUS, names)
            return Expectation("ends", {"ends": status}, view=view)
        case "any_of":
            choices = part(given, "any_of", _choices, names)
            return Expectation("any_of", choices=choices, view=view)
    return Expectation("view", view=view)


def accepts(expected: Expectation, outcome: Outcome) -> bool:
    """Whether the outcome fits; the tables are judged elsewhere."""
    if len(OUTCOMES & outcome.keys()) != 1:
        return False  # a made-up answer that is several things at once
    match expected.form:
        case "any_of":
            return any(accepts(choice, outcome) for choice in expected.choices)
        case "view":
            return "raised" not in outcome and "unsupported" not in outcome
        case form if form not in outcome:
            return False
        case "errno":
            errno = outcome["errno"]
            return isinstance(errno, str) and ALIASES.get(errno, errno) in expected.choices
        case "blocks" | "execs":
            return outcome[expected.form] is True
    return fits(expected.parts, outcome)


def _errnos(given: Any) -> tuple[str, ...]:
    if isinstance(given, list) and given:
        return tuple(each(given, _errno))
    return (_errno(given),)


def _errno(given: Any) -> str:
    if not isinstance(given, str):
        raise Problem(f'{show(given)} is not the name of an error, such as "EINVAL"')
    errno = ALIASES.get(given, given)
    if errno not in ERRORS:
        raise Problem(f"unknown error {show(errno)}{suggest(errno, ERRORS)}")
    return errno


def _choices(given: Any, names: Names) -> tuple[Expectation, ...]:
    if not isinstance(given, list) or not given:
        raise Problem(f"{show(given)} is not a list of expectations")
    return tuple(each(given, expectation, names))


def _view(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Problem(f"{show(given)} is not a dict that names parts of the tables")
    return given
