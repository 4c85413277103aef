"""Known runs: whoever gives the same answers to the same questions is judged the same.

What is made of a run depends on its answers alone, and not on the words of errors at their ends. So
a run that gives, byte for byte, the answers of one that passed passes, and nothing is read, looked
at or compared. From the first answer that is another on, a run is judged as ever: the answers that
came are judged, then those that come.
"""

from __future__ import annotations

import json
import marshal
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from autograder.sandbox import BadAnswer, ChildFailed, answers
from kernel_model.changes import PLAIN
from kernel_model.scenario import Scenario

NAME = "words of errors"
WORDS = f', "{NAME}": {{'.encode()  # as json writes them, at the end of an answer
SHORT = 1000  # bytes of a question that is kept
MOST = 16  # runs of one scenario that are kept
Heard = list[tuple[bytes, bytes | ChildFailed]]  # questions, and what came of each


@dataclass(slots=True)
class Known:
    """The runs of one scenario that passed, as far as they go on from here in the same way."""

    question: bytes | None = None  # None: at an end
    after: dict[bytes, Known] = field(default_factory=dict)  # by the answer
    runs: int = 0

    def keep(self, heard: Heard) -> None:
        """Keeps one more run, to its end; each of its answers can be read in one way only."""
        said = [(question, answer) for question, answer in heard if isinstance(answer, bytes)]
        assert len(said) == len(heard), "a run that passes has an answer to every question"
        if self.runs == MOST:
            return
        at = self
        for question, answer in said:
            assert at.question in (None, question), "the same answers lead to the same question"
            at.question, at.runs = question, at.runs + 1
            at = at.after.setdefault(but_words(answer), Known())


_known: dict[int, tuple[Scenario, Known]] = {}  # by the identity of the scenario, which is kept


def known(scenario: Scenario) -> Known:
    """What is known of a scenario."""
    return _known.setdefault(id(scenario), (scenario, Known()))[1]


def forget() -> None:
    """Knows no run any more."""
    _known.clear()


def but_words(answer: bytes) -> bytes:
    """An answer without the words of errors; whoever has all else right has said no less."""
    return answer.rpartition(WORDS)[0] or answer


def unambiguous(answer: bytes, value: Any) -> bool:
    """Is what `but_words` leaves out of this answer, whose value this is, its words and no more?

    A right answer behind the words would make those pass who say what stands before them.
    """
    if WORDS not in answer:
        return True
    words = value[NAME] if isinstance(value, dict) and next(reversed(value)) == NAME else None
    return isinstance(words, dict) and all(type(said) is str for said in words.values())


def in_json(request: Any) -> bytes:
    """A question as it is sent. The short ones, which scenarios ask again, are written once."""
    said = marshal.dumps(request, PLAIN)  # which takes a small part of the time
    return _in_json(said) if len(said) <= SHORT else _in_json.__wrapped__(said)


@lru_cache(maxsize=4096)
def _in_json(said: bytes) -> bytes:
    return json.dumps(marshal.loads(said)).encode()


class Answers(Protocol):
    """A child of the sandbox: gives the text of one answer at a time."""

    def answer(self, question: bytes, deadline: float) -> bytes:
        """The answer as it came; raises ChildFailed when there is none."""


class Hearing:
    """A child that can be asked ahead what known runs were asked; then its answers count."""

    def __init__(self, child: Answers, deadline: float) -> None:
        self.child = child
        self.deadline = deadline  # seconds for one answer
        self.heard: Heard = []
        self.told = 0  # how many of those heard `ask` has given
        self.clear = True  # each of these could be read in one way only

    def passes(self, runs: Known) -> bool:
        """Asks as long as its answers are known; whether it is then at the end of a known run."""
        at: Known | None = runs if runs.runs else None
        while at is not None and at.question is not None:
            answer = self._hear(at.question)
            at = at.after.get(but_words(answer)) if isinstance(answer, bytes) else None
        return at is not None

    def ask(self, request: Any, deadline: float) -> Any:
        """The child's answer, which may have been heard already; raises when there is none."""
        question = in_json(request)
        if self.told == len(self.heard):
            self._hear(question)
        before, answer = self.heard[self.told]
        if before != question:  # it means something else than the known one with the same bytes
            raise BadAnswer("The answer can be read in two ways.")
        self.told += 1
        if isinstance(answer, ChildFailed):
            raise answer
        value = answers.parse(answer)
        self.clear = self.clear and unambiguous(answer, value)
        return value

    def _hear(self, question: bytes) -> bytes | ChildFailed:
        answer: bytes | ChildFailed
        try:
            answer = self.child.answer(question, self.deadline)
        except ChildFailed as error:
            answer = error  # `ask` raises it
        self.heard.append((question, answer))
        return answer
