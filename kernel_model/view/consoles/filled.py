"""What was filled in as the arguments of a call, as a scenario writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kernel_model.scenario.calls import form
from kernel_model.view.consoles.forms import field_of
from kernel_model.view.consoles.helps import SETTABLE
from kernel_model.view.consoles.runs import DeskError

Json = dict[str, Any]


def compose(call: str, values: Json) -> list[Any]:
    """The arguments that were filled in, as a scenario writes them.

    Optional ones that were left empty are left out. Raises DeskError, with the field, for what
    cannot be read.
    """
    takes = form(call)
    args: list[Any] = []
    missing = ""
    for place, name in enumerate(takes.names):
        given = values.get(name)
        field = field_of(call, name, "linux")
        if place >= takes.least and given in (None, "", {}):
            missing = missing or name
            continue
        if missing:
            raise DeskError(f"{name} of {call} cannot be given without {missing}")
        args.append(_READERS.get(field["kind"], _number)(given, field["label"]))
    return args


def _number(given: Any, name: str) -> Any:
    """An integer; octal stays octal, a name stays a name; None (bad address) stays."""
    if given is None or isinstance(given, int):
        if given is None:
            raise DeskError(f"{name}: a number is missing")
        return given
    text = str(given).strip()
    try:
        if text.lower().startswith("0o"):
            return f"0o{int(text, 8):o}"
        return int(text)
    except ValueError:
        if text.replace("_", "").isalnum() and text[:1].isalpha():
            return text
        if text.startswith("$"):
            return text
        raise DeskError(
            f"{name}: {text!r} is not a number" if text else f"{name}: a number is missing"
        ) from None


def number_of(given: Any, name: str) -> int:
    """An integer that was filled in; raises DeskError for anything else."""
    number = _number(given, name)
    if not isinstance(number, int):
        raise DeskError(f"{name}: {given!r} is not a number")
    return number


def _key(given: Any, name: str) -> Any:
    if isinstance(given, dict) and given.get("private"):
        return "IPC_PRIVATE"
    number = _number(given.get("number") if isinstance(given, dict) else given, name)
    if not isinstance(number, int) or not 0 <= number < 1000:
        raise DeskError(f"{name}: the number of a key is 0 to 999, not {number}")
    return {"key": number}


def _flags(given: Any, name: str) -> Any:
    if not isinstance(given, dict):
        return list(given or [])
    mode = str(given.get("mode") or "").strip()
    return [*given.get("flags", []), *([_mode(mode, name)] if mode else [])]


def _mode(given: Any, name: str) -> str:
    text = str(given).strip().lower().removeprefix("0o")
    try:
        bits = int(text, 8)
    except ValueError:
        raise DeskError(f"{name}: {given!r} is no octal number, such as 0640") from None
    if not 0 <= bits <= 0o7777:
        raise DeskError(f"{name}: {given!r} has more bits than a mode; 0777 grants all")
    return f"0o{bits:o}"


def _text(given: Any, name: str) -> Any:
    if given is None or isinstance(given, str):
        return given
    if given.get("bad"):
        return None
    text = str(given.get("text", ""))
    times = _number(given.get("times") or 1, f"{name}, times")
    if not isinstance(times, int) or not 0 <= times <= 1_000_000:
        raise DeskError(f"{name}: a text is repeated 0 to 1000000 times, not {times}")
    return text if times == 1 else {"rep": text, "n": times}


def _pid_of(given: Any, name: str) -> Any:
    text = str(given if given is not None else "")
    if text.lstrip("-").isdigit():
        return int(text)
    if not text:
        raise DeskError(f"{name}: choose a process")
    return {"pid": text}


def _addr(given: Any, name: str) -> Any:
    """An address: null, a number, or one that is kept, and so many bytes after it."""
    if not isinstance(given, dict):
        given = {"base": given}
    base = str(given.get("base", "")).strip()
    if base in ("", "null"):
        return None
    after = _number(given.get("off") or 0, f"{name}, bytes after it")
    number = _number(base, name)
    return {"addr": number, "off": after} if after else number


def _json(given: Any, name: str) -> Any:
    try:
        return json.loads(str(given))
    except ValueError as error:
        raise DeskError(f"{name}: {given!r} is no JSON ({error})") from None


def _set(given: Any, name: str) -> Any:
    """The fields of IPC_SET that were filled in; the bad address."""
    if given == "bad":
        return None
    found: Json = {}
    for field in SETTABLE:
        value = str((given or {}).get(field, "")).strip()
        if value:
            found[field] = (_mode if field == "mode" else _number)(value, field)
    return found


def _image(given: Any, name: str) -> Json:
    words = str(given).split()
    return {words[0]: int(words[1])} if len(words) == 2 else {"sleep": 1}


def _as_it_is(given: Any, name: str) -> Any:
    if given in (None, ""):
        raise DeskError(f"{name}: nothing is filled in")
    return given


def _signals(given: Any, name: str) -> list[Any]:
    return list(given or [])


def _bad(given: Any, name: str) -> None:
    return None


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "addr": _addr, "json": _json, "key": _key, "flags": _flags, "mode": _mode, "text": _text,
    "pid": _pid_of, "set": _set,
    "image": _image, "choice": _as_it_is, "word": _as_it_is, "signal": _as_it_is,
    "signals": _signals, "bad": _bad,
}  # fmt: skip
