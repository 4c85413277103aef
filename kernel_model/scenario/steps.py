"""The steps of a scenario as data: what they are, and the same in JSON.

Values and expectations are kept as they are written (`{"key": 1}`, `{"ret": "nonneg"}`), so that a
scenario written out again is the one that was read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from kernel_model.scenario.errors import Problem, known_keys, part, show, suggest
from kernel_model.scenario.values import name

NOTES = ("source", "fact", "why", "from")  # uninterpreted, on scenarios and on steps
SCOPES = {"linux_only": "linux", "unix_only": "classic"}  # and the personality it is for
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallStep:
    """`proc` makes a call, once, `repeat` times, or again and again `until` it does otherwise."""

    proc: str
    call: str
    args: list[Any] = field(default_factory=list)
    expect: Json | None = None
    save: str | None = None  # the name that keeps what it returned
    repeat: int | str | Json | None = None
    until: Json | None = None  # the first outcome that is no return
    min: int | str | Json | None = None  # how often it returned before that
    max: int | str | Json | None = None
    save_count: str | None = None  # the name that keeps how often
    scope: str | None = None
    notes: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WakesStep:
    """The sleeping call of a process has come back."""

    wakes: str
    expect: Json | None = None
    save: str | None = None
    scope: str | None = None
    notes: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WakesCountStep:
    """So many of the sleeping calls of these processes have come back, whichever."""

    wakes_count: int
    among: list[str]
    expect: Json | None = None
    scope: str | None = None
    notes: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndsStep:
    """A process is gone; `expect` is its status, and perhaps a view."""

    ends: str
    expect: Json | str | None = None
    scope: str | None = None
    notes: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateStep:
    """A process is as `state` says: asleep, alive, stopped, runs; `expect` may name a view."""

    state: str
    proc: str
    expect: Json | None = None
    scope: str | None = None
    notes: Json = field(default_factory=dict)


Step = CallStep | WakesStep | WakesCountStep | EndsStep | StateStep

STATES = ("asleep", "alive", "stopped", "runs")
KINDS: dict[str, type[Step]] = {
    "call": CallStep, "wakes": WakesStep, "wakes_count": WakesCountStep, "ends": EndsStep,
} | dict.fromkeys(STATES, StateStep)  # fmt: skip


def step_from_json(given: Any) -> Step:
    """The step that the JSON means; raises Problem for a wrong key or a wrong type."""
    if not isinstance(given, dict):
        raise Problem(f"{show(given)} is not a step, which is a dict")
    kinds = [key for key in KINDS if key in given]
    if len(kinds) != 1:
        has = ", ".join(map(show, given)) or "no key"
        told = f"both {' and '.join(kinds)}" if kinds else f"{has}{_nearest(given)}"
        raise Problem(f"a step is one of {', '.join(KINDS)}; this has {told}")
    kind = kinds[0]
    made = KINDS[kind]
    keys = [field.name for field in fields(made) if field.name != "notes"]
    if made is StateStep:
        keys = [kind, *keys[2:]]
    known_keys(given, [*keys, *NOTES], f"a step with {show(kind)}")
    values = {key: part(given, key, SHAPES[key]) for key in keys if key in given}
    if made is StateStep:
        values |= {"state": kind, "proc": values.pop(kind)}
    for key in {"call": ("proc",), "wakes_count": ("among",)}.get(kind, ()):
        if key not in values:
            raise Problem(f"a step with {show(kind)} needs {show(key)}")
    return made(**values, notes={key: given[key] for key in given if key in NOTES})


def step_to_json(step: Step) -> Json:
    """The step as JSON, keys that say nothing left out."""
    given: Json = {field.name: getattr(step, field.name) for field in fields(step)}
    notes: Json = given.pop("notes")
    if isinstance(step, StateStep):
        given = {given.pop("state"): given.pop("proc")} | given
    return {key: value for key, value in given.items() if value is not None} | notes


def _nearest(given: dict[Any, Any]) -> str:
    near = (suggest(key, KINDS) for key in given if isinstance(key, str))
    return next((found for found in near if found.startswith("; did")), "")


def _of(what: str, good: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def shape(value: Any) -> Any:
        if not good(value):
            raise Problem(f"{show(value)} is not {what}")
        return value

    return shape


def _among(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and len(set(map(str, value))) == len(value)
        and all(isinstance(one, str) and one for one in value)
    )


_expect = _of("an expectation", lambda value: isinstance(value, dict) or value == "any")
_number = _of(
    'an integer or {"expr": ...}', lambda value: type(value) is int or isinstance(value, dict | str)
)
_saved = _of(
    "a name of letters, digits and _, without the $",
    lambda value: isinstance(value, str) and bool(re.fullmatch(r"\w+", value)),
)
SHAPES: dict[str, Callable[[Any], Any]] = {
    "proc": name, "call": name, "wakes": name, "ends": name, **dict.fromkeys(STATES, name),
    "args": _of("a list of arguments", lambda value: isinstance(value, list)),
    "expect": _expect, "until": _expect, "repeat": _number, "min": _number, "max": _number,
    "save": _saved, "save_count": _saved,
    "wakes_count": _of("an integer from 0", lambda value: type(value) is int and value >= 0),
    "among": _of("a list of different processes", _among),
    "scope": _of(" or ".join(map(show, SCOPES)),
                 lambda value: isinstance(value, str) and value in SCOPES),
}  # fmt: skip
