"""Reading what an untrusted process says: a value of plain JSON or BadAnswer, whatever comes."""

from __future__ import annotations

import json
import marshal
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

from .errors import BadAnswer
from .jail.wire import SHOWN

DEEPEST = 64  # lists and objects within each other
SHORT, MOST = 2000, 2048  # bytes of a text that is kept with its value, and how many are

# A string, or the rest of the text after a quote that nothing closes. It never backtracks, so the
# time is linear in the text.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ALL_SQUARE = bytes.maketrans(b"{}", b"[]")


def parse(text: bytes) -> object:
    """The value of a JSON text. BadAnswer if there is none, or one that would hurt whoever uses it:

    NaN and infinities; numbers of thousands of digits; lists too deep for code that recurses;
    strings with half a character, which cannot be written anywhere; an object that names a key
    twice, which may be read in two ways.

    Answers come again, in other runs of the same calls. A short one is read once; whoever asks gets
    a value of its own, from our own bytes, which takes a third of the time.
    """
    return marshal.loads(_kept(text)) if len(text) <= SHORT else _read(text)


def parse_tables(text: str, hook: Callable[[dict[str, Any]], Any]) -> object:
    """The value of a long JSON text; each object goes through the hook. BadAnswer if there is none.

    For whoever compares the value with what it has to be: how deep it is, and whether an object
    names a key twice, is not looked at, which takes half the time.
    """
    try:
        value = json.loads(
            text, object_hook=hook, parse_float=_finite, parse_constant=_not_a_number
        )
        if "\\ud" in text or "\\uD" in text:
            json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadAnswer(f"The answer is not JSON: {error}") from error
    return value


@lru_cache(maxsize=MOST)
def _kept(text: bytes) -> bytes:
    return marshal.dumps(_read(text))


def forget() -> None:
    """Nothing was read before, for who measures what reading costs."""
    _kept.cache_clear()


def _read(text: bytes) -> Any:
    if _deeper_than(DEEPEST, text):
        raise BadAnswer(f"The answer has lists or objects more than {DEEPEST} deep.")
    try:
        value = _value(text.decode("utf-8"))
        if b"\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadAnswer(f"The answer is not JSON: {error}") from error
    return value


def _value(text: str) -> object:
    """The value of all of a text."""
    value: object
    value, end = _DECODER.raw_decode(text)
    return value if end == len(text) else _DECODER.decode(text)  # blanks around it, or more


def words(text: bytes) -> str:
    """An error's text from inside, cut, and without anything that a terminal would obey."""
    shown = text[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN]
    return "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in shown
    )


def _deeper_than(most: int, text: bytes) -> bool:
    """Peels off the innermost brackets, a level a pass. Unbalanced ones the parser finds."""
    if text.count(b"[") + text.count(b"{") <= most:
        return False
    brackets = _STRING.sub(b"", text).translate(_ALL_SQUARE, _NOT_BRACKETS)
    for _ in range(most):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is too large for a number")
    return number


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("an object names a key twice")
    return made


_DECODER = json.JSONDecoder(
    object_pairs_hook=_each_key_once, parse_float=_finite, parse_constant=_not_a_number
)
