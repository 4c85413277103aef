"""Known runs: whoever gives the same answers to the same questions is judged the same.

What is made of a run depends on its answers alone, and not on the words of errors at their ends. So
a run that gives the answers of one that passed passes, and nothing is read, looked at or compared.
The first such run of a scenario is the kernel's own, which is made here; it costs less than any
answer from a sandbox. From the first answer that is another on, a run is judged as ever: the
answers that came are judged, then those that come.
"""

from __future__ import annotations

import json
import marshal
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from autograder.driven import WORDS, Driven
from autograder.exercise import Exercise
from autograder.exercise import exercise as exercise_named
from autograder.outcomes import plain_outcome
from autograder.sandbox import BadAnswer, ChildFailed, answers
from autograder.seen import Seen
from autograder.student import LATEST, TABLES, StudentTarget
from kernel_model.kernel import Kernel
from kernel_model.scenario import Scenario, run
from kernel_model.states import PLAIN

ASKED = f', "{WORDS}": {{'.encode()  # how they begin, as json writes them, at the end of an answer
SHORT = 1000  # bytes of a question that is kept
MOST = 16  # runs of one scenario that are kept
MOST_TEXT = 1 << 16  # characters of one run's answers, and of states beside the kernel's own
Heard = list[tuple[bytes, bytes | ChildFailed]]  # questions, and what came of each
Said = list[tuple[bytes, bytes, str]]  # questions, the essence of each answer, the state it names


@dataclass(slots=True)
class Known:
    """The runs that passed, as far as they go on from here in the same way."""

    question: bytes | None = None  # None: at an end
    after: dict[bytes, Known] = field(default_factory=dict)  # by the answer


class Runs:
    """The runs of one scenario that passed, and the states that they went through."""

    def __init__(self) -> None:
        self.first = Known()
        self.count = 0
        self.states: dict[str, Seen] = {}  # by their digests
        self.size = 0  # characters of their JSON

    def keep(self, said: Said) -> None:
        """Keeps one more run, to its end, unless that is too much."""
        if self.count == MOST or sum(len(answer) for _, answer, _ in said) > MOST_TEXT:
            return
        self.count += 1
        at = self.first
        for question, answer, state in said:
            assert at.question in (None, question), "the same answers lead to the same question"
            at.question = question
            at = at.after.setdefault(answer, Known())
            self._hold(state)

    def _hold(self, digest: str) -> None:
        """A state of a known run is known as long as the run is, while there is room."""
        found = None if digest in self.states else LATEST.get(digest)
        if found is not None and self.size + found.size <= MOST_TEXT:
            self.states[digest] = found
            self.size += found.size


class Own:
    """The kernel as it is here, in the place of a child."""

    def __init__(self, exercise: Exercise) -> None:
        self.functions = exercise.functions
        self.driven = Driven(self._install, plain_outcome)
        self.runs = Runs()
        self.said: Said = []

    def _install(self, kernel: Kernel) -> None:
        for name in self.functions:
            kernel.install((kernel.sysent | kernel.algorithms)[name], name)

    def run(self, scenario: Scenario) -> Runs:
        """What is known of a scenario when nobody was graded yet."""
        self.runs, self.said = Runs(), []
        target = StudentTarget(self, 0.0)
        target.known = self.runs.states
        if run(scenario, target, views=False).verdict == "pass":
            self.runs.keep(self.said)
        return self.runs

    def ask(self, request: Any, deadline: float) -> Any:
        """What a child would answer; the state is known at once."""
        answer = self.driven.answer(request)
        self.runs.states.setdefault(answer["state"], Seen(self.driven.state))
        self.said.append((in_json(request), essence(answer), answer["state"]))
        return answer


_known: dict[int, tuple[Scenario, Runs]] = {}  # by the identity of the scenario, which is kept


def known(scenario: Scenario, exercise: Exercise) -> Runs:
    """What is known of a scenario: at first the kernel's own run, if it passes."""
    found = _known.get(id(scenario))
    if found is None:
        found = _known[id(scenario)] = scenario, own(exercise.name).run(scenario)
    return found[1]


@lru_cache
def own(name: str) -> Own:
    """The kernel's own runs of one exercise."""
    return Own(exercise_named(name))


def forget() -> None:
    """Knows no run any more."""
    _known.clear()
    LATEST.clear()


def essence(value: dict[str, Any]) -> bytes:
    """An answer without the words of errors and without tables, up to its last brace."""
    return json.dumps({k: v for k, v in value.items() if k not in (WORDS, TABLES)})[:-1].encode()


def but_words(answer: bytes) -> bytes:
    """The same of an answer as it came: whoever has all else right has said no less."""
    return answer.rpartition(ASKED)[0] or answer[:-1]


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
        self.said: Said = []  # them, without questions for tables and nothing else

    def passes(self, runs: Runs) -> bool:
        """Asks as long as its answers are known; whether it is then at the end of a known run."""
        at: Known | None = runs.first if runs.count else None
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
        value: Any = answers.parse(answer)
        self._note(request, answer, value)
        return value

    def _note(self, request: dict[str, Any], answer: bytes, value: Any) -> None:
        """Keeps what was said, if it has the form of an answer; else the run does not pass."""
        if not isinstance(value, dict) or type(value.get("state")) is not str:
            return
        asked = {name: part for name, part in request.items() if name != TABLES}
        # as it came only if it has no words: these may stand anywhere in a forged one
        plain = TABLES not in value and ASKED not in answer
        said = answer[:-1] if plain else essence(value)
        if asked:
            self.said.append((in_json(asked), said, value["state"]))

    def _hear(self, question: bytes) -> bytes | ChildFailed:
        answer: bytes | ChildFailed
        try:
            answer = self.child.answer(question, self.deadline)
        except ChildFailed as error:
            answer = error  # `ask` raises it
        self.heard.append((question, answer))
        return answer
