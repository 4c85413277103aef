"""What the values of a scenario mean: `$q`, "0o600", {"key": 1}, {"expr": ...}, flags, text.

Which reading a value gets is decided by where it stands (`calls.py` has the table). Text is never
taken for anything else: "$5", "0o600" and "SIGKILL" are text where text stands, even when a name
`5` was saved, since what is saved is a number and never text; {"rep"}, {"cat"} and {"path"} work
there.
"""

from functools import reduce
from operator import or_
from typing import Any

from kernel_model.constants import SIGNAL_NAMES, SIGNALS
from kernel_model.scenario.errors import Problem, each, known_keys, part, show, suggest
from kernel_model.scenario.expr import DividesByZero, calculate
from kernel_model.scenario.names import Names, in_expression, named

LONGEST = 1 << 26  # characters of one text

# The forms a value may have as a dict, and the keys of each; the first key names the form.
FORMS = {
    "key": ("key",), "pid": ("pid", "neg"), "path": ("path",), "free_addr": ("free_addr", "off"),
    "addr": ("addr", "off"), "expr": ("expr",), "rep": ("rep", "n"), "cat": ("cat",),
}  # fmt: skip
NUMBER_FORMS = ("key", "pid", "free_addr", "addr", "expr")
TEXT_FORMS = ("path", "rep", "cat")


def number(value: Any, names: Names) -> int:
    """An integer, written in any of the ways there are."""
    if type(value) is int:
        return value
    if isinstance(value, str):
        return named(value, names)
    if isinstance(value, dict):
        return _number_form(value, names)
    raise Problem(f"{show(value)} is not a number")


def text(value: Any, names: Names) -> str:
    """A byte string: each character is one byte (latin-1)."""
    if isinstance(value, dict):
        result = _text_form(value, names)
    elif isinstance(value, str):
        result = value
    else:
        raise Problem(f"{show(value)} is not text")
    if not result.isascii() and max(result) > "\xff":
        raise Problem(f"{show(max(result))} is not one byte; a character stands for a byte")
    return result


def flags(value: Any, names: Names) -> int:
    """Names and numbers, ored; or one of them without the list."""
    if not isinstance(value, list):
        return number(value, names)
    return reduce(or_, each(value, number, names), 0)


def signal_name(value: Any, names: Names) -> str:
    """The usual name of a signal given by any name or number of it."""
    if isinstance(value, str) and not value.startswith("$") and value not in SIGNALS:
        raise Problem(f"{show(value)} is no signal{suggest(value, SIGNALS)}")
    found = number(value, names)
    return SIGNAL_NAMES.get(found, str(found))


def name(value: Any) -> str:
    """A name, as it is written."""
    if not isinstance(value, str) or not value:
        raise Problem(f"{show(value)} is not a name")
    return value


def _number_form(value: dict[str, Any], names: Names) -> int:
    form = _form(value, NUMBER_FORMS, "a number")
    if form == "expr":
        return int(part(value, "expr", _expr, names))
    if form == "pid":
        pid = int(part(value, "pid", lambda given: names.resolve("pid", name(given))))
        neg = value.get("neg", False)
        if type(neg) is not bool:
            raise Problem(f"{show(neg)} is neither true nor false", "neg")
        return -pid if neg else pid
    if form == "addr":
        base = part(value, "addr", number, names)
    else:
        base = part(value, form, lambda given: names.resolve(form, number(given, names)))
    return int(base + (part(value, "off", number, names) or 0))


def _text_form(value: dict[str, Any], names: Names) -> str:
    form = _form(value, TEXT_FORMS, "text")
    if form == "path":
        return str(part(value, "path", lambda given: names.resolve("path", name(given))))
    if form == "rep":
        unit = part(value, "rep", text, names)
        if "n" not in value:
            raise Problem('{"rep": TEXT} needs "n", how many times')
        times = part(value, "n", number, names)
        if not names.known:
            return str(unit)
        if not 0 <= times * len(unit) <= LONGEST:
            raise Problem(f"{times} times {len(unit)} characters; at most {LONGEST}", "n")
        return str(unit * times)
    if not isinstance(value["cat"], list):
        raise Problem(f"{show(value['cat'])} is not a list of texts", "cat")
    return "".join(part(value, "cat", each, text, names))


def _form(value: dict[str, Any], forms: tuple[str, ...], what: str) -> str:
    for form in forms:
        if form in value:
            known_keys(value, FORMS[form], f'{{"{form}": ...}}')
            return form
    raise Problem(f"{show(value)} is not {what}; as a dict it would be one of {', '.join(forms)}")


def _expr(given: Any, names: Names) -> int:
    if not isinstance(given, str):
        raise Problem(f"{show(given)} is not an expression in a string")
    try:
        return calculate(given, lambda word: in_expression(word, names))
    except DividesByZero:
        if names.known:
            raise
        return 1  # it was only a stand-in
