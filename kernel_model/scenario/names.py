"""Names in a scenario that stand for numbers: saved ones, flags and commands, limits, octal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from kernel_model.constants import NAMES
from kernel_model.limits import Limits
from kernel_model.scenario.errors import Problem, show, suggest
from kernel_model.targets import Unsupported

# Names beside those of constants.py, whose values a target knows.
LIMITS = tuple(limit.name for limit in fields(Limits))
CONSTANTS = (*LIMITS, "PAGE", "SHMLBA", "SEMVMX", "SEMAEM", "PIPE_BUF", "PIPE_CAPACITY")


@dataclass(slots=True)
class Names:
    """What names mean at one point of a run, or (`known` false) which names exist at all."""

    resolve: Callable[[str, Any], Any]  # Target.resolve
    constants: Mapping[str, int]  # Target.constants(), and the limits of the scenario
    saved: dict[str, Any] = field(default_factory=dict)
    known: bool = True  # the values are the real ones; else every number is a stand-in


def named(word: str, names: Names) -> int:
    """The number that stands for a word: `$q`, "IPC_STAT", "MSGMAX", "0o600"."""
    if word.startswith("$"):
        return saved(word[1:], names)
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


def saved(word: str, names: Names) -> int:
    """The value that was saved as `q`, or the part `r` of the pair that was saved as `p`."""
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


def in_expression(word: str, names: Names) -> int:
    """A name in an expression: a saved one before a constant."""
    plain = word.removeprefix("$")
    if word.startswith("$") or plain in names.saved or "." in plain:
        return saved(plain, names)
    return named(plain, names)
