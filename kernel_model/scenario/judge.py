"""The difference between what is expected and what came, in one plain sentence."""

from collections.abc import Callable, Iterator
from typing import Any

from kernel_model.scenario.errors import show
from kernel_model.scenario.expect import Expectation, accepts
from kernel_model.scenario.names import Names
from kernel_model.scenario.patterns import ANYTHING, Pattern, fits, words
from kernel_model.scenario.view import view_difference
from kernel_model.targets import Outcome

AT_ONCE = ("'s kill", "'s sigprocmask")  # calls that never sleep: one may only be stopped in them


def difference(expected: Expectation, outcome: Outcome, who: str) -> str | None:
    """How the outcome of `who` ("B's msgrcv") does not fit, in one sentence; None: it fits."""
    if accepts(expected, outcome):
        return None
    if expected.form == "ret" and "ret" in outcome:
        for path, wanted, came in _apart(expected.parts, outcome):
            if path == "ret":
                break
            return f"expected {who} to give {path} {wanted}, got {came}"
    stops = expected.form == "blocks" and who.endswith(AT_ONCE)
    wanted = "be stopped in it" if stops else wanted_words(expected)
    return f"expected {who} to {wanted}, {outcome_words(outcome)}"


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
    """What a call did, to end a sentence: `got EINVAL (no queue 7)`, `but it went to sleep`."""
    match outcome:
        case {"raised": text, **rest}:
            return f"but {'' if rest.get('clause') else 'it raised '}{text}{_where(rest)}"
        case {"errno": errno, **rest}:
            return f"got {errno} ({rest['why']})" if rest.get("why") else f"got {errno}"
        case {"ret": value}:
            return f"got {returned_words(value)}"
        case {"blocks": _, "on": "stopped"}:
            return "but it was stopped in it"
        case {"blocks": _, **rest}:
            return "but it went to sleep" + (f" on {rest['on']}" if rest.get("on") else "")
        case {"ends": status}:
            return f"but the process ended ({status_words(status)})"
        case {"execs": _}:
            return "but its image was replaced"
    return f"got {show(outcome)}"


def returned_words(value: Any) -> str:
    """What a function gave back, as Python writes it; of what is no number, what it is."""
    if value is None:
        return "None (is a `return` missing?)"
    if type(value) is int:
        return show(value)
    kind = "text" if isinstance(value, str | bytes) else type(value).__name__
    shown = repr(value) if isinstance(value, bool) else show(value)
    return f"{shown} (a {kind}, and no number)"


def _where(place: dict[str, Any]) -> str:
    """Line and cell of an exception, as far as they are known."""
    cell = f" of cell {place['cell']}" if place.get("cell") is not None else ""
    return f", in line {place['line']}{cell}" if place.get("line") is not None else ""


def status_words(status: Any) -> str:
    """How a process ended: `exited 0`."""
    if not isinstance(status, dict):
        return show(status)
    return ", ".join(f"{key} {value}" for key, value in status.items())


def _apart(
    parts: dict[str, Pattern], came: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Each pattern that does not fit: its path, and in words what it wants and what came."""
    for key, wanted in parts.items():
        if key not in came:
            if wanted is not ANYTHING:
                yield path + key, words(wanted), "none"
        elif isinstance(wanted, dict) and isinstance(came[key], dict):
            yield from _apart(wanted, came[key], f"{path}{key}.")
        elif not fits(wanted, came[key]):
            octal = key == "mode" and type(wanted) is type(came[key]) is int
            say = oct if octal else words
            yield path + key, say(wanted), say(came[key])


def tables_difference(
    expected: Expectation, outcome: Outcome, look: Callable[[], Any], names: Names
) -> str | None:
    """How the tables that `look` shows differ from the view in the expectation; None: they fit."""
    if expected.view is not None:
        different = view_difference(expected.view, look(), names)
        if different is not None:
            return different
    fitting = [
        choice
        for choice in expected.choices
        if isinstance(choice, Expectation) and accepts(choice, outcome)
    ]
    found = [tables_difference(choice, outcome, look, names) for choice in fitting]
    return None if None in found or not found else found[0]
