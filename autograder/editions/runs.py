"""Runs of tokens that two texts share: the measure of what one gives away of the other.

A text is told as a word with one letter a token, so that runs are slices of it.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

TOKEN = re.compile(r"[A-Za-z_]\w*|\d\w*|[^\s\w\"'\\]")
FIRST = 0x10000  # the first letter; those before hold some that are no characters


class _Letters(dict[str, str]):
    """A letter for each token, given when it is first seen."""

    def __missing__(self, token: str) -> str:
        self[token] = chr(FIRST + len(self))
        return self[token]


class _Shapes(dict[str, str]):
    """A letter for each token, the same one for all names."""

    def __missing__(self, token: str) -> str:
        name = token.isidentifier() and not keyword.iskeyword(token)
        self[token] = _letters["n" if name else token]
        return self[token]


_letters, _shapes = _Letters(), _Shapes()


def tokens(text: str) -> list[str]:
    """Names, numbers and signs, as Python's own tokenizer cuts code, from any text whatever.

    Quotes and backslashes are left out, so that a text is the same in any way of quoting it.
    """
    return TOKEN.findall(text)


def exact(found: list[str]) -> str:
    """The tokens as a word."""
    return "".join([_letters[token] for token in found])


def shape(found: list[str]) -> str:
    """The tokens as a word, with every name taken for the same one."""
    return "".join([_shapes[token] for token in found])


def spelled(word: str) -> str:
    """The tokens of a word, readable again."""
    known = list(_letters)
    return " ".join(known[ord(letter) - FIRST] for letter in word)


@dataclass
class Runs:
    """Runs of one length, to be found again in other texts, and what each belongs to.

    A shared run holds a piece of half its length at one of the places, so far apart, that are
    looked at; only where such a piece is known is every run compared.
    """

    length: int
    known: dict[str, str] = field(default_factory=dict)
    pieces: set[str] = field(default_factory=set)

    def add(self, word: str, what: str) -> None:
        """Every run of this word belongs to `what`."""
        self.known |= dict.fromkeys(_slices(word, self.length), what)
        self.pieces.update(_slices(word, self.length // 2))

    def forget(self, word: str) -> None:
        """The runs of this word belong to nothing any more."""
        for run in self.shared(word):
            del self.known[run]

    def shared(self, word: str) -> set[str]:
        """The runs that this word has as well."""
        shared: set[str] = set()
        piece = self.length // 2
        for start in range(0, len(word) - piece + 1, self.length - piece + 1):
            if word[start : start + piece] in self.pieces:
                around = word[max(0, start - self.length) : start + piece + self.length]
                shared |= self.known.keys() & _slices(around, self.length)
        return shared


def _slices(word: str, length: int) -> list[str]:
    return [word[start : start + length] for start in range(len(word) - length + 1)]
