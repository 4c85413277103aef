"""What the values of a scenario mean: `$q`, "0o600", {"key": 1}, {"expr": ...}, flags, text.

Which reading a value gets is decided by where it stands (`calls.py` has the table). Text is never
taken for anything else: "$5", "0o600" and "SIGKILL" are text where text stands, even when a name
`5` was saved, since what is saved is a number and never text; {"rep"}, {"cat"} and {"path"} work
there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from operator import or_
from typing import Any

from kernel_model.constants import NAMES, SIGNAL_NAMES, SIGNALS
from kernel_model.limits import Limits
from kernel_model.scenario.errors import Problem, known_keys, show, suggest
from kernel_model.scenario.expr import calculate
from kernel_model.targets import Unsupported

# Names beside those of constants.py, whose values a target knows.
LIMITS = tuple(limit.name for limit in fields(Limits))
CONSTANTS = (*LIMITS, "PAGE", "SHMLBA", "SEMVMX", "SEMAEM", "PIPE_BUF", "PIPE_CAPACITY")

LONGEST = 1 << 26  # characters of one text

# The forms a value may have as a dict, and the keys of each; the first key names the form.
FORMS = {
    "key": ("key",), "pid": ("pid", "neg"), "path": ("path",), "free_addr": ("free_addr", "off"),
    "addr": ("addr", "off"), "expr": ("expr",), "rep": ("rep", "n"), "cat": ("cat",),
}  # fmt: skip
NUMBER_FORMS = ("key", "pid", "free_addr", "addr", "expr")
TEXT_FORMS = ("path", "rep", "cat")


@dataclass(slots=True)
class Names:
    """What names mean at one point of a run, or (`known` false) which names exist at all."""

    resolve: Callable[[str, Any], Any]  # Target.resolve
    constants: Mapping[str, int]  # Target.constants(), and the limits of the scenario
    saved: dict[str, Any] = field(default_factory=dict)
    known: bool = True  # the values are the real ones; else every number is a stand-in


def number(value: Any, names: Names) -> int:
    """An integer, written in any of the ways there are."""
    if type(value) is int:
        return value
    if isinstance(value, str):
        return _named(value, names)
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


def each(values: list[Any], read: Callable[..., Any], *more: Any) -> list[Any]:
    """What `read(value, *more)` makes of each value; a Problem says which one it was."""
    result = []
    for index, value in enumerate(values):
        try:
            result.append(read(value, *more))
        except Problem as problem:
            raise problem.under(index) from None
    return result


def part(value: dict[str, Any], key: str, read: Callable[..., Any], *more: Any) -> Any:
    """`read(value[key], *more)`, None without the key; a Problem says which key it was."""
    try:
        return read(value[key], *more) if key in value else None
    except Problem as problem:
        raise problem.under(key) from None


def name(value: Any) -> str:
    """A name, as it is written."""
    if not isinstance(value, str) or not value:
        raise Problem(f"{show(value)} is not a name")
    return value


def _named(word: str, names: Names) -> int:
    if word.startswith("$"):
        return _saved(word[1:], names)
    if word in NAMES:
        return NAMES[word]
    if word in names.constants:
        return names.constants[word]
    if word in CONSTANTS:
        raise Unsupported(f"this target has no {word}")
    if word.startswith("0o"):
        try:
            return int(word, 8)
        except ValueError:
            raise Problem(f"{show(word)} is not an octal number") from None
    raise Problem(f"unknown name {show(word)}{suggest(word, [*NAMES, *CONSTANTS])}")


def _saved(word: str, names: Names) -> int:
    value = names.saved.get(word)
    if value is None:
        whole, _, half = word.rpartition(".")
        pair = names.saved.get(whole)
        if not isinstance(pair, dict) or half not in pair:
            raise Problem(f"${word} was never saved before{suggest(word, _all_saved(names))}")
        value = pair[half]
    if isinstance(value, dict):
        halves = " or ".join(f"${word}.{half}" for half in value)
        raise Problem(f"${word} is a pair; write {halves}")
    return int(value)


def _all_saved(names: Names) -> list[str]:
    found = []
    for word, value in names.saved.items():
        found += [f"{word}.{half}" for half in value] if isinstance(value, dict) else [word]
    return found


def _in_expression(word: str, names: Names) -> int:
    """A name in an expression: a saved one before a constant."""
    plain = word.removeprefix("$")
    if word.startswith("$") or plain in names.saved or "." in plain:
        return _saved(plain, names)
    return _named(plain, names)


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
    if not names.known:  # stand-ins could divide by zero
        calculate(given.replace("//", "+"), lambda name: _in_expression(name, names))
        return 1
    return calculate(given, lambda name: _in_expression(name, names))
