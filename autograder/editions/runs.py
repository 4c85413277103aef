"""Runs of tokens that two texts share: the measure of what one gives away of the other."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Tokens = tuple[str, ...]
TOKEN = re.compile(r"[A-Za-z_]\w*|\d\w*|[^\s\w\"'\\]")


def tokens(text: str) -> list[str]:
    """Names, numbers and signs, as Python's own tokenizer cuts code, from any text whatever.

    Quotes and backslashes are left out, so that a text is the same in any way of quoting it.
    """
    return TOKEN.findall(text)


class _Shapes(dict[str, str]):
    def __missing__(self, token: str) -> str:
        name = token.isidentifier() and not keyword.iskeyword(token)
        self[token] = "n" if name else token
        return self[token]


_shapes = _Shapes()


def shape(found: list[str]) -> list[str]:
    """The tokens with every name taken for the same one."""
    return [_shapes[token] for token in found]


def windows(found: list[str], length: int) -> Iterator[Tokens]:
    """Every run of that many tokens."""
    return zip(*(found[start:] for start in range(length)), strict=False)


@dataclass
class Runs:
    """Runs of one length, to be found again in other texts, and what each belongs to.

    A shared run holds a piece of half its length at one of the places, so far apart, that are
    looked at; only where such a piece is known is every run compared.
    """

    length: int
    known: dict[Tokens, str] = field(default_factory=dict)
    pieces: set[Tokens] = field(default_factory=set)

    def add(self, found: list[str], what: str) -> None:
        """Every run of these tokens belongs to `what`."""
        self.known |= dict.fromkeys(windows(found, self.length), what)
        self.pieces.update(windows(found, self.length // 2))

    def forget(self, found: list[str]) -> None:
        """The runs of these tokens belong to nothing any more."""
        for run in self.shared(found):
            del self.known[run]

    def shared(self, found: list[str]) -> set[Tokens]:
        """The runs that these tokens have as well."""
        shared: set[Tokens] = set()
        piece = self.length // 2
        for start in range(0, len(found) - piece + 1, self.length - piece + 1):
            if tuple(found[start : start + piece]) in self.pieces:
                around = found[max(0, start - self.length) : start + piece + self.length]
                shared |= self.known.keys() & windows(around, self.length)
        return shared
