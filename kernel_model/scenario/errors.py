"""What is wrong with a scenario, told as: which scenario, which step, which key, and why."""

from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Any

SHOWN = 60  # characters of a value that a message shows


class ScenarioError(Exception):
    """A file or a scenario that cannot be understood.

    scenario  its id, or its index in the file; None: the file as a whole
    step      index of the step, counted from 0; None: not in a step
    key       where in it, such as `args[1]` or `expect.ret`; "" for the whole
    message   what was found there and what is expected
    """

    def __init__(self, scenario: str | int | None, step: int | None, key: str, message: str):
        super().__init__(scenario, step, key, message)
        self.scenario = scenario
        self.step = step
        self.key = key
        self.message = message

    def __str__(self) -> str:
        where = []
        if self.scenario is not None:
            label = f"[{self.scenario}]" if type(self.scenario) is int else repr(self.scenario)
            where.append(f"scenario {label}")
        if self.step is not None:
            where.append(f"steps[{self.step}]")
        if self.key:
            where.append(self.key)
        return f"{', '.join(where)}: {self.message}" if where else self.message


class Problem(Exception):
    """Something wrong with a value; each container that holds the value adds where it was."""

    def __init__(self, message: str, key: str = ""):
        super().__init__(message, key)
        self.message = message
        self.key = key

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message

    def under(self, key: str | int) -> "Problem":
        """The same problem, seen from the container that has the value as `key`."""
        outer = f"[{key}]" if isinstance(key, int) else key
        joint = "." if self.key and not self.key.startswith("[") else ""
        return Problem(self.message, f"{outer}{joint}{self.key}")


def show(value: Any) -> str:
    """A value as a message quotes it, cut where it is long."""
    if isinstance(value, str) and len(value) > SHOWN:
        return f"{value[: SHOWN // 2]!r}... ({len(value)} characters)"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def suggest(name: str, known: Collection[str]) -> str:
    """`; did you mean X?` for the nearest known name, or all of them when there are few."""
    by_case = {other.lower(): other for other in known}
    near = get_close_matches(name.lower(), by_case, n=1)
    if near:
        return f"; did you mean {by_case[near[0]]}?"
    return f"; known: {', '.join(known)}" if 0 < len(known) <= 12 else ""


def known_keys(given: dict[str, Any], known: Collection[str], what: str) -> None:
    """Every key of `given` is one of `known`; a Problem names the first that is not."""
    for key in given:
        if key not in known:
            raise Problem(f"unknown key in {what}{suggest(key, known)}", key)


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
