"""Expectations: does the outcome of a call fit, and if not, what is the difference in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from errno import errorcode
from typing import Any

from kernel_model.errno import Errno
from kernel_model.scenario.calls import OUTPUTS, Kind
from kernel_model.scenario.errors import Problem, known_keys, show, suggest
from kernel_model.scenario.patterns import ANYTHING, Pattern, fits, pattern, words
from kernel_model.scenario.values import Names, each, part
from kernel_model.targets import Outcome

FORMS = ("ret", "errno", "blocks", "ends", "execs", "any_of", "view")

ERRORS = (*Errno.__members__, *errorcode.values())

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
    match expected.form:
        case "ret":
            return "ret" in outcome and fits(expected.parts, outcome)
        case "errno":
            errno = outcome.get("errno")
            return isinstance(errno, str) and ALIASES.get(errno, errno) in expected.choices
        case "blocks" | "execs":
            return outcome.get(expected.form) is True
        case "ends":
            return "ends" in outcome and fits(expected.parts, outcome)
        case "any_of":
            return any(accepts(choice, outcome) for choice in expected.choices)
    return "raised" not in outcome and "unsupported" not in outcome


def alternatives(expected: Expectation) -> Iterator[Expectation]:
    """What `any_of` allows, and what that allows; else the expectation itself."""
    if expected.form != "any_of" or expected.view is not None:
        yield expected
    else:
        for choice in expected.choices:
            yield from alternatives(choice)


def difference(expected: Expectation, outcome: Outcome, who: str) -> str | None:
    """How the outcome of `who` ("B's msgrcv") does not fit, in one sentence; None: it fits."""
    if accepts(expected, outcome):
        return None
    if expected.form == "ret" and "ret" in outcome:
        for path, wanted, came in _apart(expected.parts, outcome):
            if path == "ret":
                break
            return f"expected {who} to give {path} {words(wanted)}, got {came}"
    return f"expected {who} to {wanted_words(expected)}, got {outcome_words(outcome)}"


def wanted_words(expected: Expectation) -> str:
    """What a call is expected to do: `return 5`, `fail with EINVAL or EACCES`."""
    match expected.form:
        case "ret":
            ret = expected.parts["ret"]
            return "return" if ret is ANYTHING else f"return {words(ret)}"
        case "errno":
            return f"fail with {' or '.join(expected.choices)}"
        case "blocks":
            return "go to sleep"
        case "ends":
            status = expected.parts["ends"]
            return "end the process" + ("" if status is ANYTHING else f" ({words(status)})")
        case "execs":
            return "replace the image"
        case "any_of":
            return " or to ".join(wanted_words(choice) for choice in expected.choices)
    return "be made"


def outcome_words(outcome: Outcome) -> str:
    """What a call did: `5`, `EINVAL (300 bytes do not fit in 256)`, `it went to sleep`."""
    match outcome:
        case {"raised": text, **rest}:
            line = f" in line {rest['line']}" if rest.get("line") is not None else ""
            return f"{text}{line}, which a kernel function must not raise"
        case {"errno": errno, **rest}:
            return f"{errno} ({rest['why']})" if rest.get("why") else str(errno)
        case {"ret": value}:
            return show(value)
        case {"blocks": _, **rest}:
            return f"it went to sleep on {rest['on']}" if rest.get("on") else "it went to sleep"
        case {"ends": status}:
            return f"the process ended ({status_words(status)})"
        case {"execs": _}:
            return "the image was replaced"
    return show(outcome)


def status_words(status: Any) -> str:
    """How a process ended: `exited 0`."""
    if not isinstance(status, dict):
        return show(status)
    return ", ".join(f"{key} {value}" for key, value in status.items())


def _apart(parts: dict[str, Pattern], came: dict[str, Any], path: str = "") -> list[Any]:
    """Each pattern that does not fit: its path, itself, and the value in words."""
    found: list[Any] = []
    for key, wanted in parts.items():
        if key not in came:
            if wanted is not ANYTHING:
                found.append((path + key, wanted, "none"))
        elif isinstance(wanted, dict) and isinstance(came[key], dict):
            found += _apart(wanted, came[key], f"{path}{key}.")
        elif not fits(wanted, came[key]):
            found.append((path + key, wanted, show(came[key])))
    return found


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
