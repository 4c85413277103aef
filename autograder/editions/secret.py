"""What an edition must not give away, and what any text gives away of it.

Two texts share a secret when they share a run of so many tokens. Names may have been changed:
a longer run is looked for with every name taken for the same. The limits are chosen so that
code of the kernel that is open stays below them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from autograder.editions.runs import Runs, exact, shape, spelled, tokens
from autograder.editions.unpack import Piece, Unpacker

RUN = 20  # tokens in a row that are a leak
SHAPE = 36  # tokens in a row that are one when names do not count
CASE = 60  # tokens in a row of a hidden case
COMMENT = re.compile(r"#[^\n]*")
WORD = re.compile(r"[a-z0-9_-]+")
FORBIDDEN = re.compile(
    r"(^|/)(hidden\.json|mutants/|accepted/|gradebook\.db|course/source/)|\.py[co]$"
)

Calls = tuple[str, ...]  # each call with its arguments, as JSON


@dataclass(frozen=True)
class Leak:
    """What was found where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} gives away {self.what}"


@dataclass
class Secrets:
    """What must not be found, ready to be looked for."""

    runs: Runs = field(default_factory=lambda: Runs(RUN))
    shapes: Runs = field(default_factory=lambda: Runs(SHAPE))
    cases: Runs = field(default_factory=lambda: Runs(CASE))
    phrases: dict[str, str] = field(default_factory=dict)  # words with a blank around each
    by_word: dict[str, set[str]] = field(default_factory=dict)  # these, by their longest words
    calls: dict[Calls, str] = field(default_factory=dict)  # all calls of a hidden case, in order

    def add_code(self, source: str, what: str) -> None:
        """Code that is secret, with its comments and without."""
        for text in written(source):
            found = tokens(text)
            self.runs.add(exact(found), what)
            self.shapes.add(shape(found), what)

    def add_case(self, scenario: dict[str, Any], what: str) -> None:
        """A hidden scenario: its calls, its words, and its text in any order of the keys."""
        for text in (json.dumps(scenario), json.dumps(scenario, sort_keys=True)):
            self.cases.add(exact(tokens(text)), what)
        for key in ("id", "why"):
            if scenario.get(key):
                phrase = f" {plain(scenario[key])} "
                self.phrases[phrase] = f"{key} of {what}"
                longest = max(phrase.split(), key=len, default="")
                self.by_word.setdefault(longest, set()).add(phrase)
        if "steps" in scenario:  # a claim has none
            self.calls[calls(scenario["steps"])] = f"the calls of {what}"

    def make_public(self, text: str) -> None:
        """What students are given anyhow is no secret."""
        for given in given_by(text):
            for secret, word in self._compared(given):
                secret.forget(word)
            for phrase in self._said(given):
                del self.phrases[phrase]
            for made in self._made(given):
                del self.calls[made]

    def search(self, piece: Piece) -> Iterator[Leak]:
        """What one piece gives away."""
        if FORBIDDEN.search(piece.name):
            yield Leak(piece.where, f"{piece.name}, which no edition for students has")
        given = Given.by(piece)
        for secret, word in self._compared(given):
            shared = {secret.known[run]: run for run in sorted(secret.shared(word))}
            for what, run in shared.items():
                yield Leak(piece.where, f"{what}: {spelled(run)}")
        for phrase in self._said(given):
            yield Leak(piece.where, f"{self.phrases[phrase]}:{phrase.rstrip()}")
        for made in self._made(given):
            yield Leak(piece.where, self.calls[made])

    def _compared(self, given: Given) -> Iterator[tuple[Runs, str]]:
        """Each kind of secret run, and the words in which to look for it."""
        for word, outline in given.words:
            yield self.runs, word
            yield self.shapes, outline
            yield self.cases, word

    def _said(self, given: Given) -> list[str]:
        near = (self.by_word[word] for word in self.by_word.keys() & given.said.split())
        there = sorted(set().union(*near) & self.phrases.keys())
        return [phrase for phrase in there if phrase in given.said]

    def _made(self, given: Given) -> list[Calls]:
        if not given.calls:
            return []
        return [made for made in self.calls if any(within(made, every) for every in given.calls)]


@dataclass(frozen=True)
class Given:
    """What one piece tells, in the forms in which secrets are looked for."""

    words: tuple[tuple[str, str], ...]  # of each way to write it: its tokens, and their shapes
    said: str  # its words, with blanks around
    calls: tuple[Calls, ...]  # of each list of steps

    @classmethod
    def by(cls, piece: Piece) -> Given:
        """Of a piece."""
        cut = [tokens(text) for text in written(piece.text)]
        words = tuple((exact(found), shape(found)) for found in cut)
        return cls(words, f" {plain(piece.text)} ", tuple(_call_lists(piece.value)))


@lru_cache(maxsize=2048)  # the same sources are public in every edition that one process makes
def given_by(text: str) -> tuple[Given, ...]:
    """What a text gives, with all that is packed in it."""
    return tuple(Given.by(piece) for piece in Unpacker().text(text, "", "", 0))


def written(text: str) -> list[str]:
    """The text with its comments and, if it has any, without."""
    return list(dict.fromkeys((text, COMMENT.sub("", text))))


def plain(text: str) -> str:
    """The words of a text, in small letters."""
    return " ".join(WORD.findall(text.lower()))


def calls(steps: Any) -> Calls:
    """The calls of a list of steps with their arguments."""
    return tuple(
        json.dumps([step["call"], step.get("args")], sort_keys=True)
        for step in steps
        if isinstance(step, dict) and "call" in step
    )


def _call_lists(value: Any) -> Iterator[Calls]:
    """The calls of every list of steps in a JSON value."""
    if isinstance(value, list) and (here := calls(value)):
        yield here
    if isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _call_lists(inner)


def within(made: Calls, every: Calls) -> bool:
    ends = range(len(every) - len(made) + 1)
    return any(every[start : start + len(made)] == made for start in ends)
